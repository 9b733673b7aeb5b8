"""Visits to the doctor, what was found, measured and given. Salts 100–199.

Tables made: `encounter`, `diagnosis`, `lab_result`, `dispense`. `e` numbers an encounter
(person × 1024 + its number), `chan` is where: 0 village, 1 township, 2 county, 3 TCM, 4 MCH.
"""

# chan: where it is mostly seen (0 everywhere); winter: how many times commoner from November to March.
DISEASES = """
CREATE OR REPLACE TABLE disease AS SELECT row_number() OVER () - 1 AS dx, * FROM (VALUES
    ('J06.9', '急性上呼吸道感染', 0, 100, '', 26, 2.0, '复方氨酚烷胺片', '阿莫西林胶囊'),
    ('J20.9', '急性支气管炎', 0, 100, '', 10, 2.2, '盐酸氨溴索片', '头孢呋辛酯片'),
    ('J18.9', '肺炎', 0, 100, '', 2, 1.8, '左氧氟沙星片', '盐酸氨溴索片'),
    ('J44.9', '慢性阻塞性肺疾病', 50, 100, '', 4, 1.6, '沙丁胺醇气雾剂', '茶碱缓释片'),
    ('A09.9', '胃肠炎', 0, 100, '', 5, 0.6, '蒙脱石散', '口服补液盐'),
    ('K29.5', '慢性胃炎', 18, 100, '', 8, 1.0, '奥美拉唑肠溶胶囊', '铝碳酸镁片'),
    ('K02.9', '龋齿', 3, 100, '', 3, 1.0, '甲硝唑片', '布洛芬缓释胶囊'),
    ('M54.5', '腰痛', 25, 100, '', 8, 1.0, '布洛芬缓释胶囊', '活血止痛膏'),
    ('M17.9', '膝关节病', 45, 100, '', 6, 1.1, '双氯芬酸钠缓释片', '硫酸氨基葡萄糖胶囊'),
    ('M47.8', '颈椎病', 30, 100, '', 5, 1.0, '颈复康颗粒', '布洛芬缓释胶囊'),
    ('L30.9', '湿疹', 0, 100, '', 4, 0.7, '氯雷他定片', '糠酸莫米松乳膏'),
    ('H10.9', '结膜炎', 0, 100, '', 2, 0.8, '左氧氟沙星滴眼液', '玻璃酸钠滴眼液'),
    ('N39.0', '泌尿道感染', 15, 100, '', 3, 0.9, '左氧氟沙星片', '三金片'),
    ('N40', '前列腺增生', 55, 100, '男', 5, 1.0, '非那雄胺片', '盐酸坦索罗辛缓释胶囊'),
    ('N76.0', '阴道炎', 18, 60, '女', 3, 1.0, '甲硝唑片', '保妇康栓'),
    ('O26.9', '妊娠期检查', 20, 42, '女', 2, 1.0, '叶酸片', '琥珀酸亚铁片'),
    ('I25.1', '冠状动脉粥样硬化性心脏病', 50, 100, '', 4, 1.3, '阿司匹林肠溶片', '单硝酸异山梨酯缓释片'),
    ('I63.9', '脑梗死', 50, 100, '', 3, 1.3, '阿司匹林肠溶片', '阿托伐他汀钙片'),
    ('E78.5', '高脂血症', 35, 100, '', 4, 1.0, '阿托伐他汀钙片', '瑞舒伐他汀钙片'),
    ('G47.0', '失眠', 30, 100, '', 3, 1.0, '艾司唑仑片', '乌灵胶囊'),
    ('S61.9', '手部开放性损伤', 6, 80, '', 2, 0.8, '头孢呋辛酯片', '云南白药胶囊'),
    ('T14.9', '损伤', 3, 100, '', 3, 0.9, '布洛芬缓释胶囊', '活血止痛膏'),
    ('W55.9', '动物咬伤', 3, 100, '', 1, 0.6, '头孢呋辛酯片', '碘伏消毒液'),
    ('B01.9', '水痘', 2, 15, '', 1, 1.5, '阿昔洛韦片', '炉甘石洗剂'),
    ('Z00.1', '儿童常规健康检查', 0, 6, '', 12, 1.0, '维生素AD滴剂', '维生素AD滴剂'),
    ('H52.1', '近视', 7, 18, '', 6, 1.0, '玻璃酸钠滴眼液', '玻璃酸钠滴眼液')
) t(icd10, words, age_from, age_to, sex, weight, winter, drug1, drug2);

CREATE OR REPLACE TABLE disease_pick AS
WITH w AS (
    SELECT g, winter_now, sex_now, dx,
           weight * CASE WHEN winter_now THEN winter ELSE 1 END AS weight
    FROM disease, range(7) t(g), (VALUES (true), (false)) n(winter_now), (VALUES ('男'), ('女')) s(sex_now)
    WHERE age_from <= [0, 4, 10, 18, 35, 50, 65][g + 1] + 2
      AND age_to > [0, 4, 10, 18, 35, 50, 65][g + 1] AND sex IN ('', sex_now)
), c AS (
    SELECT *, ceil(weight * 400 / sum(weight) OVER (PARTITION BY g, winter_now, sex_now))::BIGINT AS n
    FROM w
)
SELECT g, winter_now, sex_now, dx,
       row_number() OVER (PARTITION BY g, winter_now, sex_now ORDER BY hash(dx * 1000 + k)) - 1 AS slot
FROM (SELECT g, winter_now, sex_now, dx, unnest(range(n)) AS k FROM c);
"""

# How often somebody goes, by age and illness; more often in winter (a summer day is drawn again).
ENCOUNTERS = """
CREATE OR REPLACE TABLE encounter AS
WITH p AS (
    SELECT *, date_diff('day', from_on, to_on) AS span,
           (CASE WHEN years < 6 THEN 5.6 WHEN years < 18 THEN 2.3 WHEN years < 45 THEN 2.4
                 WHEN years < 65 THEN 4.3 ELSE 7.4 END + 1.6 * managed::INTEGER
                 + 1.2 * diabetic::INTEGER) * (0.35 + 1.3 * u(i, 100)) AS yearly
    FROM person
), n AS (
    SELECT * EXCLUDE (yearly), unnest(range(floor(yearly * span / 365.25 + u(i, 101))::BIGINT)) AS k
    FROM p WHERE span > 5
), e AS (
    SELECT *, i * 1024 + k AS e, add(from_on, r(i * 1024 + k, 102, span)::INTEGER) AS day1,
           add(from_on, r(i * 1024 + k, 103, span)::INTEGER) AS day2
    FROM n
), d AS (
    SELECT * EXCLUDE (day1, day2), CASE WHEN u(e, 104) < (CASE WHEN month(day1) BETWEEN 4 AND 10
             THEN 0.24 ELSE 0 END) + CASE WHEN isodow(day1) = 7 THEN 0.45 ELSE 0 END THEN day2 ELSE day1 END AS day,
           CASE WHEN years < 14 THEN [0.10, 0.42, 0.68, 0.74, 1.0] WHEN sex = '女' AND years < 45
                THEN [0.24, 0.54, 0.78, 0.86, 1.0] WHEN years >= 65 THEN [0.50, 0.80, 0.94, 1.0, 1.0]
                ELSE [0.36, 0.68, 0.89, 1.0, 1.0] END AS cut, u(e, 105) AS cu, u(e, 106) AS ku
    FROM e
), c AS (
    SELECT *, CASE WHEN cu < cut[1] THEN 0 WHEN cu < cut[2] THEN 1 WHEN cu < cut[3] THEN 2
                   WHEN cu < cut[4] THEN 3 ELSE 4 END AS chan FROM d
)
SELECT e, i, chan, day, years, sex, place, id_number, file_no, managed, htn, diabetic,
       CASE chan WHEN 0 THEN clinic WHEN 1 THEN centre WHEN 2 THEN hc.org WHEN 3 THEN ht.org
                 ELSE hm.org END AS org,
       CASE chan WHEN 0 THEN doctor WHEN 1 THEN pick(t.doctors, e, 107)
                 WHEN 2 THEN pick(hc.doctors, e, 107) WHEN 3 THEN pick(ht.doctors, e, 107)
                 ELSE pick(hm.doctors, e, 107) END AS doctor,
       CASE WHEN chan = 0 THEN CASE WHEN ku < 0.08 THEN '家庭' ELSE '门诊' END
            WHEN ku < 0.055 AND day < add(to_on, -16) THEN '住院' WHEN ku < 0.12 THEN '急诊'
            ELSE '门诊' END AS kind,
       CASE WHEN chan > 0 AND ku < 0.055 AND day < add(to_on, -16)
            THEN add(day, (3 + r(e, 108, 11))::INTEGER) END AS discharged_on,
       CASE chan WHEN 0 THEN '全科' WHEN 1 THEN pick(['全科', '内科', '中医科', '外科'], e, 109)
            WHEN 2 THEN pick(['内科', '外科', '心内科', '呼吸内科', '儿科', '骨科', '急诊科', '眼科'], e, 109)
            WHEN 3 THEN pick(['中医内科', '针灸推拿科', '骨伤科'], e, 109)
            ELSE pick(['儿童保健科', '妇科', '产科', '儿科'], e, 109) END AS department
FROM c JOIN centre t ON t.org = c.centre
    JOIN hospital hc ON hc.kind = 'county_hospital' JOIN hospital ht ON ht.kind = 'tcm_hospital'
    JOIN hospital hm ON hm.kind = 'mch';
"""

# About every third visit of somebody with hypertension names it; a second diagnosis is commoner in the old.
DIAGNOSES = """
CREATE OR REPLACE TABLE diagnosis AS
WITH a AS (
    SELECT e, i, chan, day, org, kind, discharged_on, id_number, file_no, htn, managed, diabetic, sex,
           years, month(day) NOT BETWEEN 4 AND 10 AS winter_now,
           CASE WHEN years < 4 THEN 0 WHEN years < 10 THEN 1 WHEN years < 18 THEN 2
                WHEN years < 35 THEN 3 WHEN years < 50 THEN 4 WHEN years < 65 THEN 5 ELSE 6 END AS g
    FROM encounter
), b AS (
    SELECT *, 1 AS no, CASE WHEN htn AND u(e, 120) < (CASE WHEN managed THEN 0.55 ELSE 0.10 END) THEN -1
                            WHEN diabetic AND u(e, 121) < 0.30 THEN -2 END AS chronic,
           r(e, 122, 400) AS slot
    FROM a
    UNION ALL
    SELECT *, 2, NULL, r(e, 123, 400)
    FROM a WHERE u(e, 124) < (CASE WHEN years >= 60 THEN 0.45 WHEN years >= 40 THEN 0.25 ELSE 0.08 END)
)
SELECT b.e, b.i, chan, no, coalesce(discharged_on, day) AS day, org, id_number, file_no,
       CASE WHEN kind = '住院' THEN '出院' ELSE '门诊' END AS kind,
       CASE chronic WHEN -1 THEN CASE WHEN u(i, 125) < 0.93 THEN 'I10' ELSE 'I11.9' END
                    WHEN -2 THEN 'E11.9' ELSE d.icd10 END AS icd10,
       CASE chronic WHEN -1 THEN CASE WHEN u(i, 125) < 0.93 THEN '原发性高血压' ELSE '高血压性心脏病' END
                    WHEN -2 THEN '2型糖尿病' ELSE d.words END AS words,
       CASE WHEN chan >= 2 THEN 2 WHEN chan = 1 THEN 1 ELSE 0 END AS org_level,
       coalesce(chronic, d.dx) AS dx, drug1, drug2
FROM b JOIN disease_pick p ON p.sex_now = b.sex AND p.winter_now = b.winter_now AND p.g = b.g
        AND p.slot = b.slot
    JOIN disease d ON d.dx = p.dx;
"""

DISPENSES = """
CREATE OR REPLACE TABLE dispense AS
WITH a AS (
    SELECT e, i, chan, no, day, org, id_number, file_no, dx, drug1, drug2, 0 AS which FROM diagnosis
    WHERE u(e * 4 + no, 130) < 0.74
    UNION ALL
    SELECT e, i, chan, no, day, org, id_number, file_no, dx, drug1, drug2, 1 FROM diagnosis
    WHERE u(e * 4 + no, 131) < 0.24
)
SELECT e, i, chan, (e * 4 + no) * 2 + which AS x, day, org, id_number, file_no,
       CASE WHEN dx = -1 AND which = 0 THEN pick(['苯磺酸氨氯地平片', '缬沙坦胶囊', '硝苯地平控释片',
                 '厄贝沙坦片', '氢氯噻嗪片'], i, 132)
            WHEN dx = -1 THEN '美托洛尔缓释片' WHEN dx = -2 AND which = 0 THEN '盐酸二甲双胍片'
            WHEN dx = -2 THEN '格列美脲片' WHEN which = 0 THEN drug1 ELSE drug2 END AS drug,
       (1 + r(e, 133, 4))::DOUBLE AS amount,
       CASE WHEN dx < 0 THEN 28 ELSE 3 + r(e, 134, 5) END AS days_supply
FROM a;
"""

# mean, deviation (share of the mean), decimals; panel 0 blood count, 1 chemistry, 2 lipids, 3 qualitative
LABS = """
CREATE OR REPLACE TABLE lab_item AS SELECT row_number() OVER () AS n, * FROM (VALUES
    (0, 'WBC', 6.4, 0.22, 1, '10*9/L'), (0, 'HGB', 136.0, 0.10, 0, 'g/L'),
    (0, 'PLT', 215.0, 0.22, 0, '10*9/L'), (0, 'CRP', 4.2, 0.70, 1, 'mg/L'),
    (1, 'GLU', 5.3, 0.12, 1, 'mmol/L'), (1, 'CREA', 71.0, 0.20, 0, 'umol/L'),
    (1, 'BUN', 5.4, 0.22, 1, 'mmol/L'), (1, 'UA', 325.0, 0.22, 0, 'umol/L'),
    (1, 'ALT', 22.0, 0.45, 0, 'U/L'), (1, 'AST', 24.0, 0.35, 0, 'U/L'), (1, 'K', 4.2, 0.08, 2, 'mmol/L'),
    (2, 'TC', 4.8, 0.19, 2, 'mmol/L'), (2, 'TG', 1.5, 0.45, 2, 'mmol/L'),
    (2, 'LDL', 2.8, 0.24, 2, 'mmol/L'), (2, 'HDL', 1.3, 0.19, 2, 'mmol/L'),
    (3, 'HBSAG', 0, 0, 0, '{qual}'), (3, 'UPRO', 0, 0, 0, '{qual}')
) t(panel, item, mean, dev, digits, unit);

CREATE OR REPLACE TABLE lab_result AS
WITH ordered AS (
    SELECT e, i, chan, day, org, id_number, file_no, diabetic, kind, e * 4 + panel AS q, panel
    FROM encounter, range(4) t(panel)
    WHERE u(e * 4 + panel, 140) < (CASE WHEN kind = '住院' THEN 0.62
            ELSE [0.0, 0.07, 0.22, 0.16, 0.22][chan + 1] * [1.0, 0.62, 0.5, 0.34][panel + 1] END)
), x AS (
    SELECT o.*, l.*, o.q * 32 + l.n AS x, 8 * 60 + r(o.q, 141, 500) AS minute
    FROM ordered o JOIN lab_item l ON l.panel = o.panel
)
SELECT x, e, i, chan, day, org, id_number, file_no, q AS report_q, 1::BIGINT AS version, item, unit,
       CASE WHEN panel < 3 THEN round(greatest(mean * 0.2, mean * (1 + dev * z(x, 142)
            + CASE WHEN item = 'GLU' AND diabetic THEN 0.45 ELSE 0 END)), digits) END AS value,
       CASE WHEN panel = 3 THEN CASE WHEN u(i * 32 + n, 145) < 0.06 THEN '阳性' ELSE '阴性' END END AS words,
       moment(day, minute) AS sampled_at, moment(day, minute + 45 + r(q, 146, 180)) AS reported_at
FROM x;
"""

STEPS = (DISEASES, ENCOUNTERS, DIAGNOSES, DISPENSES, LABS)
