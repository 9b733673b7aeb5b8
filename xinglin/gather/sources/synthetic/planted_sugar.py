"""What is planted about the follow-up of diabetes, and of both forms together. Salts 750–799.

Runs among the steps of `planted_conduct`, before its visits are added. Visits added here carry
`x = i * 128 + 100 + …`, which the quarterly plan never reaches.
"""

PREPARE = """
CREATE OR REPLACE TABLE extra_sugar (kind VARCHAR, i BIGINT, k BIGINT, day DATE, doctor VARCHAR, way VARCHAR,
                                     fbg DOUBLE, sbp BIGINT, dbp BIGINT, org VARCHAR);
CREATE OR REPLACE TEMP TABLE sweet AS
SELECT m.i, m.town, m.clinic, m.doctor, m.enrol_on, round(m.level, 1) AS fbg, m.i IN (SELECT i FROM available) AS both_forms
FROM dm_managed m WHERE m.i NOT IN (SELECT i FROM chosen) AND m.to_on = getvariable('until');
CREATE OR REPLACE MACRO sugar_key(i, k) AS 'primary_care/dm_visit/G' || (i * 128 + 100 + k);
-- by town: the day about which something is planted (before the year of DECEMBER), and who does it
CREATE OR REPLACE TEMP TABLE town_day AS
SELECT c.town, c.org AS centre, c.doctors[3] AS one, c.doctors[4] AS other,
       add(getvariable('until'), -(745 + r(row_number() OVER (ORDER BY c.town), 750, 60))::INTEGER) AS day
FROM centre c;
"""

# One glucose and one pressure written for eight patients of a town on one day.
COPIED = """
CREATE OR REPLACE TEMP TABLE sugar_copier AS
SELECT t.town, t.one AS doctor, add(t.day, -20) AS day FROM town_day t JOIN sweet s USING (town)
WHERE s.enrol_on < add(t.day, -30) GROUP BY t.town, t.one, t.day
HAVING count(*) >= 8 ORDER BY h(t.town::BIGINT % 1000000, 751) LIMIT (SELECT few(0.14));
INSERT INTO extra_sugar
SELECT 'copied', s.i, 0, c.day, c.doctor, '家庭', 6.1, 128, 78, s.clinic FROM sugar_copier c JOIN sweet s USING (town)
WHERE s.enrol_on < add(c.day, -10) QUALIFY row_number() OVER (PARTITION BY s.town ORDER BY h(s.i, 752)) <= 8;
INSERT INTO truth SELECT 'copied_measurements', doctor || '|' || day, '' FROM sugar_copier;
"""

# Too many for one day only when both forms are counted; and, honestly, many forms for fewer people.
TWO_FORMS = """
CREATE OR REPLACE TEMP TABLE met AS
WITH p AS (
    SELECT i, town, first_on, i IN (SELECT i FROM sweet) AS sugar, true AS pressure FROM available
    UNION ALL SELECT i, town, enrol_on, true, false FROM sweet WHERE NOT both_forms
), d AS (
    SELECT p.*, t.centre, n.n AS honest, CASE n.n WHEN 1 THEN t.other ELSE t.one END AS doctor, add(t.day, -n.n::INTEGER) AS day,
           p.sugar AND p.pressure AS double
    FROM p JOIN town_day t USING (town), range(2) n(n) WHERE p.first_on < add(t.day, -10)
)
SELECT * FROM d QUALIFY CASE honest
    WHEN 0 THEN row_number() OVER (PARTITION BY town, honest, pressure ORDER BY double, h(i, 753)) <= CASE WHEN pressure THEN 26 ELSE 12 END
    ELSE row_number() OVER (PARTITION BY town, honest ORDER BY double DESC, h(i, 754)) <= 28 END;
CREATE OR REPLACE TEMP TABLE busy AS
SELECT town, honest, doctor, day FROM met GROUP BY town, honest, doctor, day
HAVING (honest = 0 AND count(*) >= 34) OR (honest = 1 AND count(*) + count(*) FILTER (double) >= 31);
DELETE FROM busy WHERE town NOT IN (
    SELECT town FROM busy GROUP BY town ORDER BY count(*) DESC, h(town::BIGINT % 1000000, 755) LIMIT (SELECT few(0.12)));
INSERT INTO extra
SELECT 'both', m.i, 10 + honest, m.day, m.doctor, '门诊', sbp_of(a.sbp_base + 6 * z(m.i * 2 + honest, 756), m.i * 2 + honest),
       dbp_of(a.dbp_base, a.sbp_base + 6 * z(m.i * 2 + honest, 756), m.i * 2 + honest), m.centre
FROM met m SEMI JOIN busy USING (town, honest) JOIN available a USING (i) WHERE m.pressure;
INSERT INTO extra_sugar
SELECT 'both', m.i, 10 + honest, m.day, m.doctor, '门诊', greatest(4.0, s.fbg + 0.1 * r(m.i, 760, 9)),
       118 + 2 * r(m.i, 761, 14), 68 + 2 * r(m.i, 762, 9), m.centre
FROM met m SEMI JOIN busy USING (town, honest) JOIN sweet s USING (i) WHERE m.sugar AND (m.honest = 1 OR NOT m.pressure);
INSERT INTO truth SELECT CASE honest WHEN 1 THEN 'like_both_forms' ELSE 'forty_visits_a_day' END, doctor || '|' || day, '' FROM busy;
"""

DECEMBER = """
CREATE OR REPLACE TEMP TABLE sugar_december AS
SELECT i, doctor, clinic, fbg, year(getvariable('until')) - 1 AS y FROM sweet
WHERE enrol_on < make_date(year(getvariable('until')) - 1, 1, 1)
  AND NOT EXISTS (FROM encounter e WHERE e.i = sweet.i AND e.discharged_on >= make_date(year(getvariable('until')) - 1, 12, 1)
                  AND e.day <= make_date(year(getvariable('until')) - 1, 12, 31))
ORDER BY h(i, 765) LIMIT (SELECT few(0.2));
DELETE FROM dm_visit v WHERE EXISTS (FROM sugar_december d WHERE d.i = v.i AND year(v.day) = d.y);
INSERT INTO extra_sugar
SELECT 'december', i, 3 + k, make_date(y, 12, (17 + k)::INTEGER), doctor, '门诊', greatest(4.0, fbg + 0.3 * r(i * 4 + k, 766, 5)),
       124 + 2 * k, 78, clinic FROM sugar_december, range(4) t(k);
INSERT INTO truth SELECT 'four_visits_20_december', sugar_key(i, 3 + k), '' FROM sugar_december, range(4) t(k);
"""

# A home visit to somebody who lay in hospital, and a telephone call; a visit to the dead.
AWAY = """
CREATE OR REPLACE TEMP TABLE sugar_admitted AS
SELECT e.i, add(e.day, 1) AS day, s.doctor, s.clinic, s.fbg, row_number() OVER (ORDER BY h(e.e, 770)) AS n
FROM encounter e JOIN sweet s USING (i)
WHERE discharged_on IS NOT NULL AND add(e.day, 2) < discharged_on AND e.day > s.enrol_on
  AND year(e.day) <> year(getvariable('until')) - 1
QUALIFY row_number() OVER (PARTITION BY e.i ORDER BY h(e.e, 770)) = 1;
INSERT INTO extra_sugar
SELECT CASE WHEN n % 2 = 1 THEN 'admitted' ELSE 'called' END, i, 7, day, doctor, CASE WHEN n % 2 = 1 THEN '家庭' ELSE '电话' END,
       CASE WHEN n % 2 = 1 THEN fbg END, CASE WHEN n % 2 = 1 THEN 126 END, CASE WHEN n % 2 = 1 THEN 78 END, clinic
FROM sugar_admitted WHERE n <= 2 * (SELECT few(0.2));
INSERT INTO truth SELECT CASE kind WHEN 'admitted' THEN 'visits_during_admission' ELSE 'like_call_during_admission' END,
       sugar_key(i, 7), '' FROM extra_sugar WHERE kind IN ('admitted', 'called');
CREATE OR REPLACE TEMP TABLE sugar_dead AS
SELECT m.i, add(d.died_on, 40) AS day, m.doctor, m.clinic, round(m.level, 1) AS fbg FROM death d JOIN dm_managed m USING (i)
WHERE d.died_on < add(getvariable('until'), -100) AND d.died_on = m.to_on AND d.i NOT IN (SELECT i FROM chosen)
ORDER BY h(d.i, 771) LIMIT (SELECT few(0.2));
INSERT INTO extra_sugar SELECT 'after_death', i, 8, day, doctor, '家庭', fbg, 130, 80, clinic FROM sugar_dead;
INSERT INTO truth SELECT 'visits_after_death', sugar_key(i, 8), '' FROM sugar_dead;
"""

ADD = """
DELETE FROM extra_sugar x WHERE kind NOT IN ('admitted', 'called') AND EXISTS (
    FROM encounter e WHERE e.i = x.i AND x.day BETWEEN e.day AND e.discharged_on);
DELETE FROM dm_visit v WHERE EXISTS (FROM extra_sugar e WHERE e.i = v.i AND e.day = v.day);
INSERT INTO dm_visit BY NAME
SELECT e.i * 128 + 100 + e.k AS x, e.i, e.day, p.id_number, p.file_no, e.org, e.doctor, e.way, e.fbg, e.sbp, e.dbp,
       CASE WHEN e.way <> '电话' THEN '触及正常' END AS foot_pulse, false AS danger_sign, false AS other_emergency,
       false AS new_complication, false AS adverse_reaction, false AS adr_hard, '无' AS low_sugar, '规律' AS adherence,
       '二甲双胍片' AS medicine, '控制主食' AS advice, add(e.day, 90) AS next_day
FROM extra_sugar e JOIN person p USING (i) WHERE e.day <= getvariable('until');
"""

# A doctor who has left goes on visiting.
GONE = """
CREATE OR REPLACE TEMP TABLE sugar_ghost AS
SELECT v.x, c.gone, row_number() OVER (ORDER BY h(v.x, 775)) AS n FROM dm_visit v
JOIN dm_managed m USING (i) JOIN centre c ON c.town = m.town
WHERE v.day BETWEEN add(c.left_on, 5) AND add(getvariable('cut'), -1) AND v.x % 128 < 100;
DELETE FROM sugar_ghost WHERE n > (SELECT few(0.2));
UPDATE dm_visit v SET doctor = g.gone FROM sugar_ghost g WHERE g.x = v.x;
INSERT INTO truth SELECT 'doctor_left', 'primary_care/dm_visit/G' || x, '' FROM sugar_ghost;
"""

VISITS = (PREPARE, COPIED, TWO_FORMS, DECEMBER, AWAY, ADD)
AFTER = (GONE,)
