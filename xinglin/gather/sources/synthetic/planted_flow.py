"""What is planted about how deliveries come. Salts 560–599.

Tables made: `resent` (diagnoses of a month, a few changed), `withdrawn` (encounters taken back),
`moved` (encounters sent again by the hospital's new system), `own_system` (dispensing of one
township whose serial numbers begin again each year).
"""

RESENT = """
CREATE OR REPLACE TABLE resent AS
SELECT d.*, row_number() OVER (ORDER BY h(e * 16 + no, 560)) <= (SELECT few(0.4)) AS changed
FROM diagnosis d WHERE chan = 2 AND no < 9 AND day BETWEEN add(getvariable('until'), -150) AND add(getvariable('until'), -120);
UPDATE resent SET icd10 = 'R69', words = '诊断待定' WHERE changed;
INSERT INTO truth SELECT 'month_resent_changed', 'county_hospital/diagnosis/' || row_key('D', 2, day, e * 16 + no), ''
FROM resent WHERE changed;
INSERT INTO truth SELECT 'like_month_resent', 'tcm_hospital/dispense/F' || x, '' FROM dispense
WHERE chan = 3 AND day BETWEEN add(getvariable('until'), -150) AND add(getvariable('until'), -120)
ORDER BY h(x, 559) LIMIT (SELECT few(0.2));
"""

WITHDRAWN = """
CREATE OR REPLACE TABLE withdrawn AS
SELECT * FROM encounter WHERE chan = 2 AND day BETWEEN add(getvariable('until'), -300) AND getvariable('cut')
  AND kind = '门诊' AND i NOT IN (SELECT i FROM chosen) ORDER BY h(e, 561) LIMIT (SELECT few(0.4));
INSERT INTO truth SELECT 'upstream_deletion', 'county_hospital/encounter/' || row_key('E', 2, day, e), '' FROM withdrawn;
"""

# The hospital's new system sends its last weeks again, under new keys and new patient numbers.
MOVED = """
CREATE OR REPLACE TABLE moved AS
SELECT * FROM encounter WHERE chan = 2 AND day BETWEEN add(getvariable('switch'), -40) AND add(getvariable('switch'), -1)
ORDER BY h(e, 562) LIMIT (SELECT few(0.5));
INSERT INTO truth SELECT 'keys_changed', 'county_hospital/encounter/ZE' || e, '' FROM moved;

-- honest: seen twice on one day in the same department, by one system
CREATE OR REPLACE TEMP TABLE twice AS
SELECT * FROM encounter WHERE chan = 2 AND day > getvariable('switch') AND day < getvariable('cut') AND kind = '门诊'
ORDER BY h(e, 563) LIMIT (SELECT few(0.5));
INSERT INTO encounter SELECT t.* REPLACE (t.e + 600 AS e) FROM twice t WHERE t.e % 1024 < 400;
INSERT INTO truth SELECT 'like_two_visits_one_day', 'county_hospital/encounter/' || row_key('E', 2, day, e + 600), ''
FROM twice WHERE e % 1024 < 400;
"""

OWN_SYSTEM = """
CREATE OR REPLACE TABLE own_system AS
SELECT d.*, year(d.day) AS y, row_number() OVER (PARTITION BY year(d.day) ORDER BY d.day, d.x) AS serial
FROM dispense d JOIN centre c ON c.org = d.org
WHERE c.town = (SELECT min(town) FROM centre) AND d.chan = 1
  AND year(d.day) BETWEEN year(getvariable('until')) - 2 AND year(getvariable('until')) - 1
  AND d.i NOT IN (SELECT i FROM chosen)
QUALIFY serial <= (SELECT few(1.0));
DELETE FROM dispense d WHERE d.x IN (SELECT x FROM own_system);
INSERT INTO truth SELECT 'serial_restarts', 'town_system/dispense/' || lpad(serial::VARCHAR, 6, '0'), ''
FROM own_system GROUP BY serial HAVING count(DISTINCT i) > 1;
CREATE OR REPLACE TABLE late_month AS
SELECT strftime(add(getvariable('until'), -(225 + 61 * n)::INTEGER), '%Y-%m') AS month
FROM range(8) t(n) WHERE n < (SELECT few(0.08));
INSERT INTO truth SELECT DISTINCT 'late_month', 'mch/encounter/' || month, '' FROM late_month
JOIN encounter e ON e.chan = 4 AND strftime(e.day, '%Y-%m') = month;
"""

STEPS = (RESENT, WITHDRAWN, MOVED, OWN_SYSTEM)
