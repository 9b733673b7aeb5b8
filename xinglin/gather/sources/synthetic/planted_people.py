"""What is planted about who people are. Salts 400–479.

`BEFORE` changes people as they truly are (twins, true 1 January birthdays, namesakes, rare names);
`AFTER` makes what the register and the immunisation system say about them, with its errors.
Kinds beginning with `like_` are honest: a product that flags them is wrong.
"""

PREPARE = """
CREATE OR REPLACE TABLE truth (kind VARCHAR, key VARCHAR, detail VARCHAR);
CREATE OR REPLACE MACRO in_register(i) AS 'R' || lpad(i::VARCHAR, 7, '0');
CREATE OR REPLACE MACRO in_cdc(i) AS 'C' || lpad(i::VARCHAR, 7, '0');
CREATE OR REPLACE TABLE chosen (i BIGINT, kind VARCHAR);
"""

# The younger of two children becomes the elder's twin, with the next number of the same sex.
TWINS = """
CREATE OR REPLACE TEMP TABLE twin AS
SELECT b.i, a.i AS elder, a.birth_date, a.sex, a.years, a.age, a.died_on, a.moved_out_on,
       with_check(left(a.id_number, 14) || lpad((substr(a.id_number, 15, 3)::INTEGER + 2)::VARCHAR, 3, '0'))
           AS id_number
FROM person_3 a JOIN person_3 b ON a.hh = b.hh AND a.slot = 2 AND b.slot = 3
WHERE a.years < 18 AND a.died_on IS NULL AND a.moved_out_on IS NULL
  AND substr(a.id_number, 15, 3)::INTEGER < 996 AND a.id_number LIKE getvariable('county') || '%'
ORDER BY h(a.hh, 400) LIMIT (SELECT few(0.2));
DELETE FROM twin t WHERE EXISTS (FROM person_3 p WHERE left(p.id_number, 17) = left(t.id_number, 17));
UPDATE person_3 p SET birth_date = t.birth_date, sex = t.sex, years = t.years, age = t.age,
       id_number = t.id_number, died_on = NULL, moved_out_on = NULL FROM twin t WHERE t.i = p.i;
INSERT INTO truth SELECT 'like_twins', 'register/person/' || in_register(i), in_register(elder) FROM twin;
INSERT INTO chosen SELECT i, 'twin' FROM twin UNION ALL SELECT elder, 'twin' FROM twin;
"""

# A birthday that truly is the first of January: number and date agree.
NEW_YEAR = """
CREATE OR REPLACE TEMP TABLE new_year AS
SELECT i, make_date(year(birth_date), 1, 1) AS birth_date,
       with_check(left(id_number, 10) || '0101' || lpad((
           (2 * row_number() OVER (PARTITION BY left(id_number, 10), sex ORDER BY h(i, 401)) + 800
            + (sex = '男')::INTEGER))::VARCHAR, 3, '0')) AS id_number
FROM (SELECT * FROM person_3 WHERE years > 20 AND slot < 2 ORDER BY h(i, 402) LIMIT (SELECT few(0.3)));
DELETE FROM new_year t WHERE EXISTS (FROM person_3 p WHERE left(p.id_number, 17) = left(t.id_number, 17));
UPDATE person_3 p SET birth_date = t.birth_date, id_number = t.id_number FROM new_year t WHERE t.i = p.i;
INSERT INTO truth SELECT 'like_true_1_january', 'register/person/' || in_register(i), '' FROM new_year;
INSERT INTO chosen SELECT i, 'new_year' FROM new_year;
"""

# Two different people with one name and one birthday in different towns.
NAMESAKES = """
CREATE OR REPLACE TEMP TABLE namesake AS
WITH a AS (SELECT row_number() OVER (ORDER BY h(i, 403)) AS n, * FROM person_3
           WHERE years BETWEEN 25 AND 60 AND slot = 0 AND u(i, 404) < 0.5),
b AS (SELECT row_number() OVER (ORDER BY h(i, 405)) AS n, * FROM person_3
      WHERE years BETWEEN 25 AND 60 AND slot = 0 AND u(i, 404) >= 0.5)
SELECT b.i, a.i AS other, a.name, a.surname, a.birth_date, a.sex, a.years, a.age,
       with_check(left(b.id_number, 6) || strftime(a.birth_date, '%Y%m%d')
                  || lpad((700 + 2 * (a.n % 40) + (a.sex = '男')::INTEGER)::VARCHAR, 3, '0')) AS id_number
FROM a JOIN b ON a.n = b.n AND a.v <> b.v
WHERE a.i NOT IN (SELECT i FROM chosen) AND b.i NOT IN (SELECT i FROM chosen)
ORDER BY a.n LIMIT (SELECT few(0.2));
DELETE FROM namesake t WHERE EXISTS (FROM person_3 p WHERE left(p.id_number, 17) = left(t.id_number, 17));
UPDATE person_3 p SET name = t.name, surname = t.surname, birth_date = t.birth_date, sex = t.sex,
       years = t.years, age = t.age, id_number = t.id_number FROM namesake t WHERE t.i = p.i;
INSERT INTO truth SELECT 'like_namesake', 'register/person/' || in_register(i), in_register(other) FROM namesake;
INSERT INTO chosen SELECT i, 'namesake' FROM namesake UNION ALL SELECT other, 'namesake' FROM namesake;
"""

RARE_NAMES = """
CREATE OR REPLACE TEMP TABLE rare_name AS
SELECT i, n % 2 = 0 AS dotted FROM (
    SELECT i, row_number() OVER (ORDER BY h(i, 406)) AS n FROM person_3
    WHERE i NOT IN (SELECT i FROM chosen)) WHERE n <= 2 * (SELECT few(0.4));
UPDATE person_3 p SET name = CASE WHEN dotted THEN pick(getvariable('dotted'), p.i, 407)
       ELSE surname || pick(getvariable('rare'), p.i, 408) END FROM rare_name t WHERE t.i = p.i;
INSERT INTO truth SELECT CASE WHEN dotted THEN 'dotted_name' ELSE 'rare_character' END,
       'register/person/' || in_register(i), '' FROM rare_name;
INSERT INTO chosen SELECT i, 'rare_name' FROM rare_name;
"""

# One person, one error: each kind takes the first of its own order that no other kind has taken.
CHOOSE = """
CREATE OR REPLACE TEMP TABLE mothered AS
SELECT hh FROM person WHERE slot = 1 AND sex = '女' AND died_on IS NULL;
CREATE OR REPLACE TEMP TABLE error AS
WITH wanted AS (
    SELECT i, k.kind, k.n, k.share, h(i * 16 + k.n, 410) AS lot FROM person, (VALUES
        (1, 'id_15_digit', 0.6), (2, 'id_lower_x', 0.6), (3, 'id_wrong_check_digit', 0.8),
        (4, 'two_people_one_number', 0.4), (5, 'shared_phone', 0.2), (6, 'birthday_1_january', 0.5),
        (7, 'filed_in_two_towns', 0.6), (8, 'spouse_card', 0.4), (9, 'mother_number_on_child', 0.4),
        (10, 'newborn_named_later', 0.4), (11, 'merged_villages', 0.6), (12, 'renamed_town', 0.8)
        ) k(n, kind, share)
    WHERE i NOT IN (SELECT i FROM chosen) AND died_on IS NULL AND moved_out_on IS NULL AND CASE k.n
        WHEN 1 THEN birth_date BETWEEN DATE '1930-01-01' AND DATE '1985-12-31'
        WHEN 2 THEN id_number LIKE '%X' WHEN 3 THEN years > 8 WHEN 4 THEN years > 30
        WHEN 5 THEN years > 40 WHEN 6 THEN years > 45 AND strftime(birth_date, '%m%d') <> '0101'
        WHEN 7 THEN years > 20 WHEN 8 THEN slot = 1 AND sex = '女' AND years > 50
        WHEN 9 THEN years < 4 AND slot BETWEEN 2 AND 4 AND hh IN (FROM mothered)
        WHEN 10 THEN years < 4 AND slot BETWEEN 2 AND 4 AND hh IN (FROM mothered)
             AND birth_date BETWEEN getvariable('start') AND add(getvariable('until'), -90)
        WHEN 11 THEN place IN (SELECT s.new FROM succession s WHERE left(s.old, 9) = left(s.new, 9))
        WHEN 12 THEN left(place, 9) IN (SELECT left(new, 9) FROM succession WHERE left(old, 9) <> left(new, 9))
        END
), first_kind AS (SELECT * FROM wanted QUALIFY row_number() OVER (PARTITION BY i ORDER BY
        CASE WHEN n IN (9, 10) THEN h(i, 411) % 2 + n % 2 WHEN n IN (11, 12) THEN 2 ELSE 3 END, lot) = 1)
SELECT i, kind FROM first_kind
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY lot) <= few(share);
INSERT INTO chosen SELECT i, kind FROM error;
"""

# The register's own rows. A shared phone is the village doctor's, given for six neighbours.
REGISTER = """
CREATE OR REPLACE TABLE register AS
WITH other AS (
    SELECT e.i, n.id_number FROM error e JOIN person p USING (i)
    ASOF JOIN (SELECT i AS j, id_number FROM person WHERE years > 30 AND i NOT IN (SELECT i FROM chosen)) n
        ON n.j < p.i WHERE e.kind = 'two_people_one_number'
), shared AS (
    SELECT p.i, s.phone FROM (SELECT v, min(phone) AS phone FROM error JOIN person USING (i)
        WHERE kind = 'shared_phone' GROUP BY v) s JOIN person p USING (v)
    QUALIFY row_number() OVER (PARTITION BY p.v ORDER BY h(p.i, 412)) <= 6
)
SELECT p.i, in_register(p.i) AS record_id, in_register(p.i) AS patient_id,
       CASE e.kind WHEN 'id_15_digit' THEN left(p.id_number, 6) || substr(p.id_number, 9, 9)
            WHEN 'id_lower_x' THEN lower(p.id_number)
            WHEN 'id_wrong_check_digit' THEN left(p.id_number, 17)
                || CASE right(p.id_number, 1) WHEN 'X' THEN '3' ELSE ((right(p.id_number, 1)::INTEGER + 1) % 10)::VARCHAR END
            WHEN 'two_people_one_number' THEN coalesce(other.id_number, p.id_number) ELSE p.id_number END AS id_number,
       name, coalesce(s.phone, p.phone) AS phone, address,
       greatest(least(add(birth_date, 20), getvariable('until')),
                add(getvariable('until'), -(30 + r(p.i, 413, 900))::INTEGER)) AS filed_on,
       CASE e.kind WHEN 'birthday_1_january' THEN make_date(year(birth_date), 1, 1) ELSE birth_date END AS birth_date,
       sex, usual_resident, coalesce(sc.old, place) AS place, household, house_no, clinic AS org, doctor,
       died_on, moved_out_on, greatest(least(add(birth_date, 20), getvariable('until')),
                add(getvariable('start'), -r(p.i, 414, 3000)::INTEGER)) AS record_opened_on, p.v, e.kind
FROM person p LEFT JOIN error e ON e.i = p.i LEFT JOIN other ON other.i = p.i LEFT JOIN shared s ON s.i = p.i
    LEFT JOIN succession sc ON sc.new = p.place AND sc.level = 5 AND e.kind =
        CASE WHEN left(sc.old, 9) = left(sc.new, 9) THEN 'merged_villages' ELSE 'renamed_town' END;

INSERT INTO truth SELECT kind, 'register/person/' || record_id, coalesce((SELECT 'primary_care/encounter/E' || min(e)
    FROM encounter x WHERE x.i = register.i AND x.chan < 2 AND register.kind IN ('id_15_digit', 'id_lower_x')), '') FROM register
WHERE kind IN ('id_15_digit', 'id_lower_x', 'id_wrong_check_digit', 'two_people_one_number',
               'birthday_1_january', 'merged_villages', 'renamed_town');
INSERT INTO truth SELECT 'two_people_one_number', 'register/person/' || in_register(p.i), 'holder'
FROM register r JOIN person p ON p.id_number = r.id_number AND p.i <> r.i WHERE r.kind = 'two_people_one_number';
INSERT INTO truth SELECT 'shared_phone', 'register/person/' || record_id, '' FROM register
WHERE phone IN (SELECT phone FROM register WHERE v IN (SELECT v FROM register WHERE kind = 'shared_phone')
                GROUP BY phone HAVING count(*) >= 5);

-- filed again in another town, under another file number
CREATE OR REPLACE TEMP TABLE again AS
SELECT e.i, w.* EXCLUDE (v) FROM error e JOIN person p USING (i)
JOIN (SELECT v, place, clinic, doctor, town FROM village) w
    ON w.v = (p.v + (SELECT count(*) // 2 FROM village)) % (SELECT count(*) FROM village)
WHERE e.kind = 'filed_in_two_towns' AND w.town <> p.town;
INSERT INTO register SELECT g.* REPLACE (g.record_id || 'B' AS record_id, g.patient_id || 'B' AS patient_id,
       a.place AS place, a.clinic AS org, a.doctor AS doctor, 'again' AS kind, '1号' AS house_no,
       g.filed_on AS filed_on) FROM register g JOIN again a USING (i);
INSERT INTO truth SELECT 'filed_in_two_towns', 'register/person/' || in_register(i) || b, '' FROM again, (VALUES (''), ('B')) t(b);
"""

# What the immunisation system writes for children, and a husband treated on his wife's card.
ELSEWHERE = """
CREATE OR REPLACE TEMP TABLE mother AS
SELECT e.i, e.kind, m.id_number, m.name, m.phone FROM error e JOIN person c USING (i)
JOIN person m ON m.hh = c.hh AND m.slot = 1
WHERE e.kind IN ('mother_number_on_child', 'newborn_named_later');
CREATE OR REPLACE TABLE dose_given AS
SELECT d.x, d.i, d.day, d.vaccine, d.dose_no, d.org, d.batch_no, 'V' || d.x AS record_id,
       CASE WHEN baby THEN 'T' || lpad(d.i::VARCHAR, 7, '0') ELSE in_cdc(d.i) END AS patient_id,
       CASE WHEN baby THEN NULL WHEN m.kind = 'mother_number_on_child' THEN m.id_number ELSE d.id_number END AS id_number,
       CASE WHEN baby THEN m.name || CASE p.sex WHEN '男' THEN '之子' ELSE '之女' END ELSE d.name END AS name,
       coalesce(m.phone, d.phone) AS phone, p.birth_date, p.sex
FROM (SELECT v.*, m.kind = 'newborn_named_later' AND v.day < add(p0.birth_date, 45) AS baby
      FROM vaccination v LEFT JOIN mother m USING (i) JOIN person p0 USING (i)) d
    JOIN person p USING (i) LEFT JOIN mother m USING (i);
INSERT INTO truth SELECT 'mother_number_on_child', 'cdc/vaccination/' || record_id, in_register(i) FROM dose_given
    JOIN mother USING (i) WHERE mother.kind = 'mother_number_on_child';
INSERT INTO truth SELECT 'mother_number_on_child', 'cdc/vaccination/' || d.record_id, 'holder' FROM dose_given d
    JOIN person p USING (i) JOIN mother m ON m.id_number = p.id_number WHERE m.kind = 'mother_number_on_child';
INSERT INTO truth SELECT 'newborn_named_later', 'cdc/vaccination/' || record_id, in_register(i) FROM dose_given
    WHERE patient_id LIKE 'T%';

INSERT INTO diagnosis
SELECT d.* REPLACE ('N40' AS icd10, '前列腺增生' AS words, 9 AS no) FROM diagnosis d JOIN error e USING (i)
WHERE e.kind = 'spouse_card' AND chan = 2 AND no = 1 AND d.kind = '门诊' AND d.day < getvariable('cut')
QUALIFY row_number() OVER (PARTITION BY d.i ORDER BY d.e) = 1;
INSERT INTO truth SELECT 'spouse_card', 'county_hospital/diagnosis/' || row_key('D', 2, day, e * 16 + no), '' FROM diagnosis WHERE no = 9;
"""

BEFORE = (PREPARE, TWINS, NEW_YEAR, NAMESAKES, RARE_NAMES)
AFTER = (CHOOSE, REGISTER, ELSEWHERE)
