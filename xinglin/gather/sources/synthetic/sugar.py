"""What primary care does about diabetes: enrolment and follow-up with fasting glucose. Salts 700–749.

Tables made: `dm_managed`, `dm_visit`. Runs after `chronic`: who is followed for both is visited for both.
"""

MANAGED = """
CREATE OR REPLACE TABLE dm_managed AS
SELECT i, v, place, clinic, centre, town, doctor, id_number, file_no, sex, years, to_on,
       5.2 + 1.5 * u(i, 700) + 0.5 * z(i, 701) + CASE WHEN u(i, 704) < 0.25 THEN 1.6 ELSE 0 END AS level,
       add(getvariable('start'), r(i, 705, greatest(1, getvariable('days') - 500))::INTEGER) AS enrol_on
FROM person WHERE diabetic AND usual_resident AND years >= 40 AND u(i, 706) < 0.55;
DELETE FROM dm_managed WHERE enrol_on >= add(to_on, -120);
"""

# Quarterly, some late, a few missed; a visit by telephone measures nothing, some measure after a meal.
VISITS = """
CREATE OR REPLACE TABLE dm_visit AS
WITH q AS (SELECT *, unnest(range(date_diff('day', enrol_on, to_on) // 91 + 1)) AS q FROM dm_managed),
d AS (
    SELECT *, i * 128 + q * 4 AS x,
           add(enrol_on, (q * 91 + CASE WHEN q = 0 THEN 0 WHEN u(i * 128 + q * 4, 710) < 0.10
               THEN 18 + r(i * 128 + q * 4, 711, 45) ELSE r(i * 128 + q * 4, 712, 25) - 14 END)::INTEGER) AS day
    FROM q WHERE q < 2 OR u(i * 128 + q * 4, 713) > 0.05
), v0 AS (SELECT *, greatest(3.2, level + 0.9 * z(x, 714)) AS sugar FROM d),
v1 AS (
    SELECT * REPLACE (x + 1 AS x, add(day, (6 + r(x, 717, 8))::INTEGER) AS day,
                      greatest(3.6, sugar - 0.9 + 0.5 * z(x, 718)) AS sugar)
    FROM v0 WHERE sugar >= 7 AND u(x, 721) < 0.72
), every AS (FROM v0 UNION ALL BY NAME FROM v1),
stays AS (SELECT i, day AS came, discharged_on AS left_on FROM encounter WHERE discharged_on IS NOT NULL),
one AS (
    SELECT *, CASE WHEN u(x, 722) < 0.05 THEN '电话' WHEN u(x, 722) < 0.40 THEN '家庭' ELSE '门诊' END AS way
    FROM every WHERE day < to_on AND day <= getvariable('until')
    QUALIFY row_number() OVER (PARTITION BY i, day ORDER BY x) = 1
)
SELECT x, i, day, id_number, file_no, clinic AS org, doctor, way,
       CASE WHEN way <> '电话' AND u(x, 723) > 0.06 THEN round(sugar, 1) END AS fbg,
       CASE WHEN way <> '电话' AND u(x, 723) < 0.16 THEN round(sugar * 1.35, 1) END AS glucose,
       CASE WHEN way <> '电话' AND u(x, 723) < 0.16 THEN CASE WHEN u(x, 724) < 0.6 THEN '餐后2小时' ELSE '随机' END END
           AS glucose_kind,
       CASE WHEN way <> '电话' THEN 118 + 2 * r(x, 725, 14) END AS sbp, CASE WHEN way <> '电话' THEN 68 + 2 * r(x, 726, 9) END AS dbp,
       CASE WHEN way <> '电话' THEN CASE WHEN u(x, 727) < 0.93 THEN '触及正常' WHEN u(x, 727) < 0.99 THEN '减弱' ELSE '消失' END END
           AS foot_pulse,
       u(x, 728) < 0.001 AS danger_sign, CASE WHEN sex = '女' AND years < 46 THEN u(x, 729) < 0.005 END AS pregnant,
       u(x, 730) < 0.001 AS other_emergency, u(x, 731) < 0.005 AS new_complication,
       u(x, 732) < 0.012 AS adverse_reaction, u(x, 732) < 0.001 AS adr_hard,
       CASE WHEN u(x, 733) < 0.90 THEN '无' WHEN u(x, 733) < 0.99 THEN '偶尔' ELSE '频繁' END AS low_sugar,
       CASE WHEN u(x, 734) < 0.80 THEN '规律' WHEN u(x, 734) < 0.94 THEN '间断' ELSE '不服药' END AS adherence,
       pick(['二甲双胍片', '格列美脲片', '阿卡波糖片', '达格列净片'], i, 735) AS medicine,
       pick(['控制主食', '适量运动', '戒烟限酒', '足部护理'], x, 736) AS advice, add(day, 84 + r(x, 737, 8)::INTEGER) AS next_day
FROM one y WHERE NOT EXISTS (FROM stays s WHERE s.i = y.i AND y.day BETWEEN s.came AND s.left_on);
"""

STEPS = (MANAGED, VISITS)
