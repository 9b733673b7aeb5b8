"""Doses given and deaths registered, as the centre for disease control delivers them. Salts 300–349."""

SCHEDULE = """
CREATE OR REPLACE TABLE dose AS SELECT row_number() OVER () AS n, * FROM (VALUES
    ('乙肝疫苗', 1, 0), ('乙肝疫苗', 2, 30), ('乙肝疫苗', 3, 183), ('卡介苗', 1, 1),
    ('脊灰灭活疫苗', 1, 61), ('脊灰灭活疫苗', 2, 92), ('脊灰减毒活疫苗', 3, 122), ('脊灰减毒活疫苗', 4, 1462),
    ('百白破疫苗', 1, 92), ('百白破疫苗', 2, 122), ('百白破疫苗', 3, 153), ('百白破疫苗', 4, 549),
    ('麻腮风疫苗', 1, 245), ('麻腮风疫苗', 2, 549), ('乙脑减毒活疫苗', 1, 245), ('乙脑减毒活疫苗', 2, 731),
    ('A群流脑多糖疫苗', 1, 183), ('A群流脑多糖疫苗', 2, 275), ('A群C群流脑多糖疫苗', 3, 1097),
    ('A群C群流脑多糖疫苗', 4, 2193), ('甲肝减毒活疫苗', 1, 549), ('白破疫苗', 5, 2193),
    ('水痘减毒活疫苗', 1, 400), ('水痘减毒活疫苗', 2, 1500)
) t(vaccine, dose_no, at_days);
"""

DOSES = """
CREATE OR REPLACE TABLE vaccination AS
WITH due AS (
    SELECT i, id_number, name, phone, sex, centre, town, from_on, to_on, i * 64 + n AS x, vaccine,
           dose_no::BIGINT AS dose_no,
           add(birth_date, (at_days + CASE WHEN at_days < 2 THEN 0 ELSE r(i * 64 + n, 300, 24) END)::INTEGER)
               AS day
    FROM person, dose WHERE years < 12 AND u(i * 64 + n, 301) < 0.97
    UNION ALL
    SELECT i, id_number, name, phone, sex, centre, town, from_on, to_on, i * 64 + 40 + k, '流感疫苗', 1,
           add(getvariable('start'), (k * 365 + r(i * 64 + 40 + k, 302, 100))::INTEGER)
    FROM person, range(5) t(k) WHERE u(i * 64 + 40 + k, 303)
         < (CASE WHEN years >= 65 THEN 0.30 WHEN years BETWEEN 3 AND 17 THEN 0.34 ELSE 0.09 END)
    UNION ALL
    SELECT i, id_number, name, phone, sex, centre, town, from_on, to_on, i * 64 + 50, '新冠病毒疫苗', 3,
           add(getvariable('start'), r(i, 304, 150)::INTEGER)
    FROM person WHERE years >= 18 AND u(i, 305) < 0.78 AND year(getvariable('start')) BETWEEN 2021 AND 2022
)
SELECT x, d.i, d.day, d.id_number, name, phone, vaccine, dose_no, d.centre AS org,
       strftime(d.day, '%Y%m') || lpad((h(x // 64 % 7, 306) % 900)::VARCHAR, 3, '0') AS batch_no
FROM due d WHERE d.day BETWEEN greatest(from_on, getvariable('start')) AND to_on;
"""

DEATHS = """
CREATE OR REPLACE TABLE death AS
SELECT i AS x, i, id_number, name, died_on, add(died_on, 2 + r(i, 310, 20)::INTEGER) AS reported_on,
       CASE WHEN u(i, 311) < 0.6 THEN centre ELSE hc.org END AS org, centre, town,
       CASE WHEN years < 45 THEN pick(['V89.2', 'C22.9', 'W70', 'X60'], i, 312)
            ELSE pick(['I64', 'I21.9', 'J44.9', 'C34.9', 'C16.9', 'I63.9', 'I61.9', 'C22.9', 'E14.9',
                       'R54'], i, 312) END AS cause
FROM person JOIN hospital hc ON hc.kind = 'county_hospital' WHERE died_on IS NOT NULL;
"""

STEPS = (SCHEDULE, DOSES, DEATHS)
