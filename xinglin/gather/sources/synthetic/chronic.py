"""What primary care does about blood pressure: screening, exams, enrolment, follow-up. Salts 200–299.

Tables made: `htn_visit`, `bp_screening`, `annual_exam`, `case_change`, `contact_attempt`.
"""

# stop_on: visits end there (death, moved away, lost, refused).
MANAGED = """
CREATE OR REPLACE TABLE managed AS
WITH a AS (
    SELECT i, v, place, clinic, centre, town, doctor, id_number, file_no, sex, birth_date, years,
           sbp_base, dbp_base, enrol_on, greatest(enrol_on, add(getvariable('start'), r(i, 200, 60)::INTEGER))
               AS first_on, to_on,
           CASE WHEN u(i, 201) < 0.012 THEN '失访' WHEN u(i, 201) < 0.018 THEN '拒绝' END AS gave_up,
           u(i, 202) < 0.20 AS poor
    FROM person WHERE managed
), b AS (
    SELECT *, CASE WHEN gave_up IS NOT NULL THEN greatest(add(first_on, 400),
                        add(to_on, -(60 + r(i, 203, 300))::INTEGER)) END AS gave_up_on FROM a
)
SELECT * REPLACE (CASE WHEN gave_up_on < add(to_on, -20) THEN gave_up END AS gave_up,
                  CASE WHEN gave_up_on < add(to_on, -20) THEN gave_up_on END AS gave_up_on),
       least(to_on, coalesce(CASE WHEN gave_up_on < add(to_on, -20) THEN gave_up_on END, to_on)) AS stop_on
FROM b;
"""

# Quarterly visits, some late, a few missed; the pressure wanders about the person's own level.
QUARTERLY = """
CREATE OR REPLACE TABLE visit_0 AS
WITH q AS (
    SELECT *, unnest(range(date_diff('day', first_on, stop_on) // 91 + 1)) AS q FROM managed
), d AS (
    SELECT *, i * 256 + q * 4 AS x,
           add(first_on, (q * 91 + CASE WHEN q = 0 THEN 0 WHEN u(i * 256 + q * 4, 210) < 0.10
               THEN 18 + r(i * 256 + q * 4, 211, 45) ELSE r(i * 256 + q * 4, 212, 25) - 14 END)::INTEGER)
               AS day
    FROM q WHERE q < 3 OR u(i * 256 + q * 4, 213) > 0.05
)
SELECT *, sbp_base + CASE WHEN poor THEN 8 ELSE -4.5 * least(q, 4) / 4.0 END
          + 4.5 * z(i * 16 + q // 4, 214) + 6.5 * z(x, 217)
          + CASE WHEN month(day) IN (12, 1, 2) THEN 3.5 ELSE 0 END AS s,
       dbp_base + CASE WHEN poor THEN 3 ELSE -2.5 END + 4.5 * z(x, 220) AS t
FROM d WHERE day < stop_on AND day <= getvariable('until');
"""

ROUNDED = """
CREATE OR REPLACE MACRO sbp_of(s, x) AS greatest(92, CASE WHEN u(x, 224) < 0.30 THEN round(s / 10) * 10
    ELSE round(s / 2) * 2 END)::BIGINT;
CREATE OR REPLACE MACRO dbp_of(t, s, x) AS least(greatest(52, CASE WHEN u(x, 225) < 0.30
    THEN round(t / 10) * 10 ELSE round(t / 2) * 2 END)::BIGINT, sbp_of(s, x) - 22);
CREATE OR REPLACE MACRO bad_bp(s, t, born, d) AS
    s >= (CASE WHEN born <= add(d, -23741) THEN 150 ELSE 140 END) OR t >= 90;
"""

# After a bad visit most come back within two weeks, and again when still bad (the referral's check).
VISITS = """
CREATE OR REPLACE TABLE htn_visit AS
WITH v0 AS (
    SELECT *, sbp_of(s, x) AS sbp, dbp_of(t, s, x) AS dbp, 0 AS stage FROM visit_0
), v1 AS (
    SELECT * REPLACE (x + 1 AS x, add(day, (6 + r(x, 226, 8))::INTEGER) AS day, s - 7 + 5 * z(x, 227) AS s,
                      t - 3 + 3 * z(x, 230) AS t, 1 AS stage)
    FROM v0 WHERE bad_bp(sbp, dbp, birth_date, day) AND u(x, 233) < 0.74
), w1 AS (SELECT * REPLACE (sbp_of(s, x) AS sbp, dbp_of(t, s, x) AS dbp) FROM v1),
v2 AS (
    SELECT * REPLACE (x + 1 AS x, add(day, (7 + r(x, 226, 7))::INTEGER) AS day, s - 9 + 5 * z(x, 227) AS s,
                      t - 4 + 3 * z(x, 230) AS t, 2 AS stage)
    FROM w1 WHERE bad_bp(sbp, dbp, birth_date, day) AND u(x, 234) < 0.70
), w2 AS (SELECT * REPLACE (sbp_of(s, x) AS sbp, dbp_of(t, s, x) AS dbp) FROM v2),
every AS (FROM v0 UNION ALL BY NAME FROM w1 UNION ALL BY NAME FROM w2),
stays AS (SELECT i, day AS came, discharged_on AS left_on FROM encounter WHERE discharged_on IS NOT NULL),
one AS (
    SELECT * FROM every y WHERE day < stop_on AND day <= getvariable('until')
    QUALIFY row_number() OVER (PARTITION BY i, day ORDER BY x) = 1
)
SELECT x, y.i, day, id_number, file_no, y.place, y.town, clinic AS org,
       CASE WHEN u(x, 235) < 0.90 THEN y.doctor ELSE pick(c.doctors, x, 236) END AS doctor,
       CASE WHEN u(x, 237) < 0.55 THEN '门诊' WHEN u(x, 237) < 0.90 THEN '家庭' ELSE '电话' END AS way,
       sbp, dbp, u(x, 238) < 0.002 AS danger_sign,
       CASE WHEN sex = '女' AND years < 46 THEN u(x, 239) < 0.01 END AS pregnant,
       u(x, 240) < 0.001 AS other_emergency, u(x, 241) < 0.005 AS new_complication,
       u(x, 242) < 0.015 AS adverse_reaction, u(x, 242) < 0.001 AS adr_hard,
       CASE WHEN u(x, 243) < 0.80 THEN '规律' WHEN u(x, 243) < 0.94 THEN '间断' ELSE '不服药' END AS adherence,
       pick(['苯磺酸氨氯地平片', '缬沙坦胶囊', '硝苯地平控释片', '厄贝沙坦片', '氢氯噻嗪片'], y.i, 132) AS medicine,
       pick(['限盐', '戒烟限酒', '适量运动', '控制体重'], x, 244) AS advice,
       add(day, 84 + r(x, 245, 8)::INTEGER) AS next_day
FROM one y JOIN centre c ON c.org = y.centre
WHERE NOT EXISTS (FROM stays s WHERE s.i = y.i AND y.day BETWEEN s.came AND s.left_on);
DROP TABLE visit_0;
"""

SCREENING = """
CREATE OR REPLACE TABLE bp_screening AS
WITH p AS (
    SELECT *, unnest(range(5)) AS k FROM person WHERE years >= 36 AND usual_resident AND NOT managed
), a AS (
    SELECT *, i * 64 + k * 8 AS x, add(getvariable('start'), (k * 365 + r(i * 64 + k * 8, 250, 364))::INTEGER) AS day,
           sbp_base + 6 * z(i * 64 + k * 8, 251) AS s, dbp_base + 4 * z(i * 64 + k * 8, 254) AS t
    FROM p WHERE u(i * 64 + k * 8, 257) < 0.78
), again AS (
    SELECT *, 0 AS stage FROM a
    UNION ALL BY NAME
    SELECT * REPLACE (x + n AS x, add(day, (n * 9 + r(x, 258, 4) - 3)::INTEGER) AS day, s - 3 + 4 * z(x + n, 259) AS s,
                      t - 1 + 2 * z(x + n, 262) AS t), n AS stage
    FROM a, range(1, 3) w(n) WHERE sbp_of(s, x) >= 140 AND u(x, 265) < 0.85
    UNION ALL BY NAME
    SELECT * REPLACE (x + 4 AS x, add(day, 175 + r(x, 266, 20)::INTEGER) AS day, s + 4 * z(x + 4, 259) AS s), 4
    FROM a WHERE s BETWEEN 130 AND 139 AND u(x, 267) < 0.5
)
SELECT x, a.i, day, id_number, file_no, clinic AS org, doctor, sbp_of(s, x) AS sbp, dbp_of(t, s, x) AS dbp,
       round(bmi, 1) AS bmi, round(CASE sex WHEN '男' THEN 84 ELSE 79 END + (bmi - 23.5) * 2.1)::DOUBLE AS waist,
       u(i, 268) < 0.22 AS family_history, u(i, 269) < 0.35 AS high_salt,
       u(i, 270) < (CASE sex WHEN '男' THEN 0.18 ELSE 0.02 END) AS heavy_drinking
FROM again a WHERE day >= from_on AND day < to_on
QUALIFY row_number() OVER (PARTITION BY a.i, day ORDER BY x) = 1;
"""

# A village is examined in three weeks of its own each year.
EXAMS = """
CREATE OR REPLACE TABLE annual_exam AS
WITH p AS (SELECT *, unnest(range(5)) AS k FROM person WHERE usual_resident AND years >= 36),
a AS (
    SELECT *, i * 8 + k AS x, add(getvariable('start'),
              (k * 365 + r(v * 8 + k, 275, 340) + r(i * 8 + k, 276, 22))::INTEGER) AS day
    FROM p WHERE u(i * 8 + k, 277) < (CASE WHEN managed THEN 0.82 WHEN years >= 65 THEN 0.72 ELSE 0.12 END)
)
SELECT x, i, v, day, id_number, file_no, centre AS org, doctor,
       sbp_of(sbp_base + 6 * z(x, 278), x) AS sbp, dbp_of(dbp_base + 4 * z(x, 281), sbp_base + 6 * z(x, 278), x) AS dbp,
       height, round(bmi * (height / 100) * (height / 100), 1) AS weight,
       round(CASE sex WHEN '男' THEN 84 ELSE 79 END + (bmi - 23.5) * 2.1)::DOUBLE AS waist,
       round(greatest(3.6, 5.3 + 0.6 * z(x, 284) + CASE WHEN diabetic THEN 2.2 ELSE 0 END), 1) AS fbg,
       u(x, 287) < 0.93 AS advice_given
FROM (SELECT *, round(CASE sex WHEN '男' THEN 166 ELSE 155 END + 5 * z(i, 288), 1) AS height FROM a)
WHERE day >= from_on AND day < to_on;
"""

CHANGES = """
CREATE OR REPLACE TABLE case_change AS
SELECT i * 4 AS x, i, enrol_on AS day, id_number, file_no, clinic AS org, doctor, '纳入' AS change,
       true AS confirmed, '已在管' AS reason FROM managed
UNION ALL
SELECT i * 4 + 1, i, gave_up_on, id_number, file_no, clinic, doctor, gave_up, true,
       CASE gave_up WHEN '失访' THEN '三次联系未果' ELSE '本人拒绝' END FROM managed WHERE gave_up IS NOT NULL
UNION ALL   -- of the others with evidence, doctors have looked at most: not primary hypertension
SELECT i * 4 + 2, i, add(getvariable('until'), -(15 + r(i, 297, 120))::INTEGER), id_number, file_no, clinic, doctor,
       '排除', true, pick(['复测血压正常', '继发性高血压，转专科', '白大衣血压'], i, 298)
FROM person p WHERE NOT managed AND years >= 35 AND u(i, 299) < 0.9 AND to_on > getvariable('until')
  AND (i IN (SELECT i FROM bp_screening WHERE sbp >= 140 OR dbp >= 90) OR i IN (SELECT i FROM diagnosis WHERE icd10 LIKE 'I1%'));

CREATE OR REPLACE TABLE contact_attempt AS
SELECT i * 64 + n AS x, i, add(gave_up_on, (-30 + n * 9)::INTEGER) AS day, id_number, file_no, clinic AS org, doctor,
       pick(['电话', '上门', '委托'], i + n, 291) AS means, '未见到' AS outcome, NULL::DATE AS back_on
FROM managed, range(3) t(n) WHERE gave_up = '失访'
UNION ALL
SELECT v.i * 64 + 8 + (x // 4) % 56, v.i, add(v.day, -(3 + r(x, 292, 6))::INTEGER), v.id_number, v.file_no, v.org,
       v.doctor, pick(['电话', '上门'], x, 293), pick(['未见到', '外出', '改期'], x, 294),
       add(v.day, r(x, 295, 4)::INTEGER)
FROM htn_visit v WHERE x % 4 = 0 AND u(x, 296) < 0.04;
"""

STEPS = (MANAGED, QUARTERLY, ROUNDED, VISITS, SCREENING, EXAMS, CHANGES)
