"""What is planted about how people work, and about the dead. Salts 480–559.

Visits added here carry `x = i * 256 + 200 + …`, which the quarterly plan never reaches.
"""

from xinglin.gather.sources.synthetic import planted_sugar

# A bare list of visits to add; `ADD` fills what the form asks besides.
PREPARE = """
CREATE OR REPLACE TABLE extra (kind VARCHAR, i BIGINT, k BIGINT, day DATE, doctor VARCHAR, way VARCHAR,
                               sbp BIGINT, dbp BIGINT, org VARCHAR);
CREATE OR REPLACE TEMP TABLE available AS
SELECT m.i, m.v, m.town, m.clinic, m.centre, m.doctor, m.first_on, m.stop_on, m.sbp_base, m.dbp_base FROM managed m
WHERE gave_up IS NULL AND m.i NOT IN (SELECT i FROM chosen) AND to_on = getvariable('until');
CREATE OR REPLACE MACRO free_day(n, s) AS add(getvariable('until'), -(740 + r(n, s, 300))::INTEGER);
"""

# One pressure written for eight patients of a village on one day.
COPIED = """
CREATE OR REPLACE TEMP TABLE copier AS
SELECT v, free_day(v, 481) AS day, any_value(doctor) AS doctor FROM available
WHERE first_on < add(getvariable('until'), -1050)
GROUP BY v HAVING count(*) >= 6 ORDER BY h(v, 482) LIMIT (SELECT few(0.14));
INSERT INTO extra
SELECT 'copied', a.i, 0, c.day, c.doctor, '家庭', 128, 78, a.clinic FROM copier c JOIN available a USING (v)
WHERE first_on < add(getvariable('until'), -1050)
QUALIFY row_number() OVER (PARTITION BY a.v ORDER BY h(a.i, 483)) <= 8;
INSERT INTO truth SELECT 'copied_measurements', doctor || '|' || day, '' FROM copier;
"""

# Forty and more visited at home in one day; and, honestly, 38 who came on the day of the exam.
CROWDED = """
CREATE OR REPLACE TEMP TABLE crowd AS
SELECT c.town, t.n AS honest, c.org AS centre, c.doctors[1 + t.n] AS doctor,
       add(getvariable('until'), -(745 + 11 * t.n + r(row_number() OVER (ORDER BY c.town, t.n), 485, 280))::INTEGER) AS day
FROM centre c, range(2) t(n)
WHERE c.town IN (SELECT town FROM available WHERE first_on < add(getvariable('until'), -1050)
                 GROUP BY town HAVING count(*) >= 42)
ORDER BY h(length(c.town) + c.town::BIGINT % 100000, 486), t.n LIMIT 2 * (SELECT few(0.12));
INSERT INTO extra
SELECT CASE honest WHEN 1 THEN 'exam_day' ELSE 'crowd' END, a.i, 1 + honest, c.day, c.doctor,
       CASE honest WHEN 1 THEN '门诊' ELSE '家庭' END, sbp_of(sbp_base + 6 * z(a.i * 2 + honest, 487), a.i * 2 + honest),
       dbp_of(dbp_base, sbp_base + 6 * z(a.i * 2 + honest, 487), a.i * 2 + honest), c.centre
FROM crowd c JOIN available a USING (town)
WHERE first_on < add(getvariable('until'), -1050)
QUALIFY row_number() OVER (PARTITION BY a.town, honest ORDER BY h(a.i, 490)) <= 42 - 4 * honest;
INSERT INTO truth SELECT CASE honest WHEN 1 THEN 'like_exam_day' ELSE 'forty_visits_a_day' END,
       doctor || '|' || day, '' FROM crowd;
INSERT INTO annual_exam
SELECT e.i * 8 + 6, e.i, p.v, e.day, p.id_number, p.file_no, e.org, e.doctor, e.sbp, e.dbp,
       165.0, 62.0, 84.0, 5.4, true FROM extra e JOIN person p USING (i) WHERE e.kind = 'exam_day';
"""

# A year's four visits on four days before Christmas; the year's own visits are taken away.
DECEMBER = """
CREATE OR REPLACE TEMP TABLE december AS
SELECT i, doctor, clinic, sbp_base, dbp_base, year(getvariable('until')) - 1 AS y FROM available
WHERE first_on < make_date(year(getvariable('until')) - 1, 1, 1)
  AND NOT EXISTS (FROM encounter e WHERE e.i = available.i AND e.discharged_on >= make_date(year(getvariable('until')) - 1, 12, 1)
                  AND e.day <= make_date(year(getvariable('until')) - 1, 12, 31))
ORDER BY h(i, 491) LIMIT (SELECT few(0.5));
DELETE FROM htn_visit v WHERE EXISTS (FROM december d WHERE d.i = v.i AND year(v.day) = d.y);
INSERT INTO extra
SELECT 'december', i, 3 + k, make_date(y, 12, (17 + k)::INTEGER), doctor, '门诊', sbp_of(sbp_base + 3 * z(i * 4 + k, 492), i * 4 + k),
       dbp_of(dbp_base, sbp_base + 3 * z(i * 4 + k, 492), i * 4 + k), clinic FROM december, range(4) t(k);
INSERT INTO truth SELECT 'four_visits_20_december', 'primary_care/htn_visit/' || visit_key(i, 3 + k), ''
FROM december, range(4) t(k);
"""

# A home visit to somebody who lay in hospital; and, honestly, a telephone call.
ADMITTED = """
CREATE OR REPLACE TEMP TABLE admitted AS
SELECT e.i, add(e.day, 1) AS day, a.doctor, a.clinic, a.sbp_base, a.dbp_base,
       row_number() OVER (ORDER BY h(e.e, 495)) AS n
FROM encounter e JOIN available a USING (i)
WHERE discharged_on IS NOT NULL AND add(e.day, 2) < discharged_on AND e.day > a.first_on
  AND e.day < getvariable('cut') AND year(e.day) <> year(getvariable('until')) - 1
QUALIFY row_number() OVER (PARTITION BY e.i ORDER BY h(e.e, 495)) = 1;
INSERT INTO extra
SELECT CASE WHEN n % 2 = 1 THEN 'admitted' ELSE 'called' END, i, 7, day, doctor,
       CASE WHEN n % 2 = 1 THEN '家庭' ELSE '电话' END, sbp_of(sbp_base, i), dbp_of(dbp_base, sbp_base, i), clinic
FROM admitted WHERE n <= 2 * (SELECT few(0.5));
INSERT INTO truth SELECT CASE kind WHEN 'admitted' THEN 'visits_during_admission' ELSE 'like_call_during_admission' END,
       'primary_care/htn_visit/' || visit_key(i, 7), '' FROM extra WHERE kind IN ('admitted', 'called');
"""

# The dead: reported half a year late and visited meanwhile; and the living, declared dead.
THE_DEAD = """
CREATE OR REPLACE TEMP TABLE late_death AS
SELECT d.i, d.died_on, m.doctor, m.clinic, m.sbp_base, m.dbp_base FROM death d JOIN managed m USING (i)
WHERE d.died_on < add(getvariable('until'), -200) AND m.gave_up IS NULL
ORDER BY h(d.i, 500) LIMIT (SELECT few(0.4));
UPDATE death d SET reported_on = add(l.died_on, 181) FROM late_death l WHERE l.i = d.i;
INSERT INTO extra
SELECT 'after_death', i, 8 + k, add(died_on, (25 + 80 * k)::INTEGER), doctor, '家庭', sbp_of(sbp_base, i * 2 + k),
       dbp_of(dbp_base, sbp_base, i * 2 + k), clinic FROM late_death, range(2) t(k);
INSERT INTO truth SELECT 'death_known_late', 'cdc/death/M' || i, '' FROM late_death;
INSERT INTO truth SELECT 'visits_after_death', 'primary_care/htn_visit/' || visit_key(i, 8 + k), ''
FROM late_death, range(2) t(k);

CREATE OR REPLACE TEMP TABLE alive AS
SELECT p.i FROM person p JOIN encounter e USING (i)
WHERE p.years > 60 AND p.died_on IS NULL AND p.moved_out_on IS NULL AND e.chan > 0
  AND e.day BETWEEN add(getvariable('until'), -240) AND getvariable('cut') AND p.i NOT IN (SELECT i FROM chosen)
GROUP BY p.i HAVING count(*) >= 3 ORDER BY h(p.i, 501) LIMIT (SELECT few(0.2));
INSERT INTO death SELECT p.i, p.i, p.id_number, p.name, add(getvariable('until'), -260), add(getvariable('until'), -250),
       p.centre, p.centre, p.town, 'I64' FROM person p JOIN alive USING (i);
INSERT INTO truth SELECT 'dead_man_alive', 'cdc/death/M' || i, '' FROM alive;
"""

# A doctor who has left goes on visiting; a clinic that is closed goes on seeing people.
GONE = """
UPDATE htn_visit v SET doctor = c.gone FROM centre c
WHERE c.town = v.town AND v.day < c.left_on AND v.x % 256 < 200 AND u(v.x, 505) < 0.02;
CREATE OR REPLACE TEMP TABLE ghost AS
SELECT v.x, c.gone, row_number() OVER (ORDER BY h(v.x, 506)) AS n FROM htn_visit v JOIN centre c ON c.town = v.town
WHERE v.day BETWEEN add(c.left_on, 5) AND add(getvariable('cut'), -1) AND v.x % 256 < 200;
UPDATE htn_visit v SET doctor = g.gone FROM ghost g WHERE g.x = v.x AND g.n <= (SELECT few(0.5));
INSERT INTO truth SELECT 'doctor_left', 'primary_care/htn_visit/H' || x, '' FROM ghost WHERE n <= (SELECT few(0.5));

CREATE OR REPLACE TEMP TABLE shut AS
SELECT e.e, o.code, d.code AS doctor, o.closed_on, e.day,
       row_number() OVER (PARTITION BY e.day < o.closed_on ORDER BY h(e.e, 508)) AS n
FROM encounter e JOIN org o ON o.place = e.place AND o.closed_on IS NOT NULL JOIN doctor d ON d.org = o.code
WHERE e.chan = 0 AND e.day < getvariable('cut');
DELETE FROM shut WHERE n > (SELECT few(0.5)) AND (day >= closed_on OR n > 20 * (SELECT few(0.5)));
UPDATE encounter e SET org = s.code, doctor = s.doctor FROM shut s WHERE s.e = e.e;
INSERT INTO truth SELECT 'closed_clinic', 'primary_care/encounter/E' || e, '' FROM shut WHERE day >= closed_on;
"""

ADD = """
DELETE FROM extra x WHERE kind NOT IN ('admitted', 'called') AND EXISTS (
    FROM encounter e WHERE e.i = x.i AND x.day BETWEEN e.day AND e.discharged_on);
DELETE FROM htn_visit v WHERE EXISTS (FROM extra e WHERE e.i = v.i AND e.day = v.day);
INSERT INTO htn_visit
SELECT e.i * 256 + 200 + e.k, e.i, e.day, p.id_number, p.file_no, p.place, p.town, e.org, e.doctor, e.way, e.sbp, e.dbp,
       false, NULL, false, false, false, false, '规律', '苯磺酸氨氯地平片', '限盐', add(e.day, 90)
FROM extra e JOIN person p USING (i) WHERE e.day <= getvariable('until');
"""

STEPS = (PREPARE, COPIED, CROWDED, DECEMBER, ADMITTED, THE_DEAD, *planted_sugar.VISITS, ADD, GONE, *planted_sugar.AFTER)
