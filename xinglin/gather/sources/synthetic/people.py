"""Who lives in the county: households, ages as in an ageing county, names, numbers, health.

Tables made: `person` (one row a resident; `i` is its number and the source of all its chance).
Salts 10–99.
"""

# Household kinds: 0 old couple, 1 couple with children, 2 three generations, 3 alone.
HOUSEHOLDS = """
CREATE OR REPLACE TABLE household AS
WITH a AS (
    SELECT x AS hh, u(x, 10) AS k, u(x, 11) AS a1, u(x, 12) AS a2
    FROM range(getvariable('people')) t(x)
), b AS (
    SELECT hh, CASE WHEN k < 0.33 THEN 0 WHEN k < 0.60 THEN 1 WHEN k < 0.84 THEN 2 ELSE 3 END AS kind,
           a1, a2 FROM a
)
SELECT hh, kind, CASE kind WHEN 0 THEN 50 + 34 * a1 ^ 1.15 WHEN 1 THEN 24 + 28 * a1
                           WHEN 2 THEN 27 + 26 * a1 ELSE 20 + 66 * a1 END AS head_age,
       a2, u(hh, 14) AS where_u
FROM b;
"""

# Slots: 0 head, 1 spouse, 2–4 children, 5 father and 6 mother of the head.
MEMBERS = """
CREATE OR REPLACE TABLE member AS
WITH s AS (
    SELECT hh, kind, head_age, where_u, slot, hh * 8 + slot AS m,
           head_age + (CASE WHEN slot = 1 THEN -3 + 5 * u(hh * 8 + slot, 15)
                WHEN slot BETWEEN 2 AND 4 THEN -22 - 3.1 * (slot - 2) - 9 * u(hh * 8 + slot, 15)
                WHEN slot = 5 THEN 24 + 7 * u(hh * 8 + slot, 15)
                WHEN slot = 6 THEN 21 + 7 * u(hh * 8 + slot, 15) ELSE 0 END) AS age,
           u(hh * 8 + slot, 16) AS keep
    FROM household, range(7) t(slot)
), kept AS (
    SELECT * FROM s WHERE age >= 0.03 AND age < 101 AND keep < CASE
        WHEN slot = 0 THEN 1
        WHEN slot = 1 THEN CASE kind WHEN 3 THEN 0 WHEN 0 THEN 0.84 ELSE 0.97 END
        WHEN kind = 0 OR kind = 3 THEN 0
        WHEN slot = 2 THEN CASE WHEN age < 23 THEN 0.95 ELSE 0.45 END
        WHEN slot = 3 THEN CASE WHEN age < 23 THEN 0.50 ELSE 0.20 END
        WHEN slot = 4 THEN CASE WHEN age < 20 THEN 0.12 ELSE 0.04 END
        WHEN kind = 1 THEN 0
        WHEN slot = 5 THEN 0.60 * greatest(0, 1 - (age - 60) / 45)
        ELSE 0.85 * greatest(0, 1 - (age - 62) / 55) END
)
SELECT row_number() OVER (ORDER BY hh, slot) - 1 AS i, hh, slot, kind, age, where_u
FROM kept ORDER BY hh, slot LIMIT getvariable('people');
"""

PERSONS = """
CREATE OR REPLACE TABLE person_1 AS
WITH a AS (
    SELECT m.*, floor(age)::BIGINT AS years,
           add(getvariable('until'), -(age * 365.2425)::INTEGER - 1) AS birth_date,
           CASE WHEN kind < 3 AND slot IN (0, 5) THEN '男' WHEN slot IN (1, 6) THEN '女'
                WHEN u(i, 20) < 0.525 THEN '男' ELSE '女' END AS sex
    FROM member m
), v AS (
    SELECT a.*, v.v, v.place, v.name AS village_name, v.town, v.town_name, v.clinic, v.centre,
           v.doctor
    FROM a ASOF JOIN village v ON a.where_u >= v.share_from
), d AS (
    SELECT *, u(i, 21) < (CASE WHEN years >= 85 THEN 0.42 WHEN years >= 75 THEN 0.19
                WHEN years >= 65 THEN 0.075 WHEN years >= 50 THEN 0.024 WHEN years >= 20 THEN 0.005
                ELSE 0.002 END) AS dies,
           u(i, 22) < 0.012 AS moves
    FROM v
)
SELECT *, CASE WHEN dies THEN greatest(add(birth_date, 2),
                 add(getvariable('start'), r(i, 23, getvariable('days'))::INTEGER)) END AS died_on,
       CASE WHEN moves AND NOT dies THEN greatest(add(birth_date, 30),
                 add(getvariable('start'), r(i, 24, getvariable('days'))::INTEGER)) END AS moved_out_on
FROM d;
"""

# Sequence numbers run within area, birthday and sex, so no number is given twice.
NUMBERS = """
CREATE OR REPLACE TABLE person_2 AS
WITH a AS (
    SELECT *, CASE WHEN slot = 1 AND u(i, 26) < 0.15 THEN '330781'
                   WHEN u(i, 25) < 0.94 THEN getvariable('county') ELSE '330127' END AS area
    FROM person_1
), b AS (
    SELECT *, area || strftime(birth_date, '%Y%m%d') || lpad((((h(hh, 27) % 40) * 10
               + row_number() OVER (PARTITION BY area, birth_date, sex ORDER BY i)) * 2
               - (sex = '女')::INTEGER + 1)::VARCHAR, 3, '0') AS first17
    FROM a
)
SELECT * EXCLUDE (area), with_check(first17) AS id_number FROM (
    SELECT * EXCLUDE (first17), CASE WHEN row_number() OVER (PARTITION BY first17 ORDER BY i) = 1
        THEN first17 ELSE left(first17, 14)
             || lpad((999 - 2 * row_number() OVER (PARTITION BY left(first17, 14), sex ORDER BY i)
                      - (sex = '女')::INTEGER)::VARCHAR, 3, '0') END AS first17 FROM b);
"""

CHECK_DIGIT = """
CREATE OR REPLACE MACRO with_check(n) AS n || substr('10X98765432', 1 + (
    (ascii(n[1]) - 48) * 7 + (ascii(n[2]) - 48) * 9 + (ascii(n[3]) - 48) * 10
    + (ascii(n[4]) - 48) * 5 + (ascii(n[5]) - 48) * 8 + (ascii(n[6]) - 48) * 4
    + (ascii(n[7]) - 48) * 2 + (ascii(n[8]) - 48) * 1 + (ascii(n[9]) - 48) * 6
    + (ascii(n[10]) - 48) * 3 + (ascii(n[11]) - 48) * 7 + (ascii(n[12]) - 48) * 9
    + (ascii(n[13]) - 48) * 10 + (ascii(n[14]) - 48) * 5 + (ascii(n[15]) - 48) * 8
    + (ascii(n[16]) - 48) * 4 + (ascii(n[17]) - 48) * 2) % 11, 1);
"""

# Surname by the father's line; phones of the unassigned range 154.
NAMED = """
CREATE OR REPLACE TABLE person_3 AS
WITH a AS (
    SELECT *, pick(getvariable('surnames'), CASE WHEN slot IN (1, 6) THEN i ELSE hh + 100000000 END, 30)
           AS surname,
           CASE WHEN sex = '男' THEN pick(getvariable('given_male'), i, 31)
                ELSE pick(getvariable('given_female'), i, 31) END AS g1,
           CASE WHEN sex = '男' THEN pick(getvariable('given_male'), i, 32)
                ELSE pick(getvariable('given_female'), i, 32) END AS g2
    FROM person_2
)
SELECT * EXCLUDE (g1, g2, surname), surname,
       surname || CASE WHEN len(g1) = 1 AND len(g2) = 1 AND u(i, 33) < 0.75 THEN g1 || g2
                       ELSE g1 END AS name,
       '154' || lpad((h(CASE WHEN years < 14 THEN hh * 8 + 200000000 ELSE i + 1000000000 END, 34)
                      % 100000000)::VARCHAR, 8, '0') AS phone,
       dense_rank() OVER (PARTITION BY v ORDER BY hh) AS house
FROM a;
"""

# hypertension, managed or not, with the day of enrolment; `from_on` to `to_on`: when here.
HEALTH = """
CREATE OR REPLACE TABLE person AS
WITH a AS (
    SELECT * EXCLUDE (kind, where_u, age), house || '号' AS house_no, place || lpad(hh::VARCHAR, 6, '0') AS household,
           town_name || village_name || house || '号' AS address,
           u(i, 40) < 0.94 AND moved_out_on IS NULL AS usual_resident,
           greatest(birth_date, getvariable('start')) AS from_on,
           least(getvariable('until'), coalesce(died_on, DATE '9999-12-31'),
                 coalesce(moved_out_on, DATE '9999-12-31')) AS to_on,
           u(i, 41) < (CASE WHEN years < 36 THEN 0 WHEN years < 45 THEN 0.12 WHEN years < 55 THEN 0.26
                       WHEN years < 65 THEN 0.42 WHEN years < 75 THEN 0.55 ELSE 0.60 END) AS htn,
           years >= 36 AND u(i, 42) < 0.09 AS diabetic,
           add(getvariable('start'), r(i, 43, 2300)::INTEGER - 950) AS enrol_on,
           place || lpad((1 + rank() OVER (PARTITION BY v ORDER BY i))::VARCHAR, 5, '0') AS file_no
    FROM person_3
)
SELECT *, htn AND usual_resident AND u(i, 44) < 0.52 AND enrol_on > add(birth_date, 13149)
          AND date_diff('day', greatest(enrol_on, from_on), to_on) > 430 AS managed,
       CASE WHEN NOT htn THEN 121 + least(14, greatest(0, (years - 30) * 0.28)) ELSE 141 END
           + 7.5 * z(i, 45) AS sbp_base,
       CASE WHEN NOT htn THEN 76 ELSE 86 END + 5.5 * z(i, 48) - greatest(0, years - 60) * 0.22
           AS dbp_base,
       22 + (years > 30)::INTEGER * 1.6 + 2.9 * z(i, 51) AS bmi
FROM a;
DROP TABLE person_1; DROP TABLE person_2; DROP TABLE person_3;
DROP TABLE household; DROP TABLE member;
"""

STEPS = (CHECK_DIGIT, HOUSEHOLDS, MEMBERS, PERSONS, NUMBERS, NAMED, HEALTH)
