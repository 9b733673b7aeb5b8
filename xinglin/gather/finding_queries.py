"""The queries of `findings`: SQL over lake tables, each giving one column of keys.

`follow_up` (rows of every follow-up form), `ended_place`, `ended_org`, `left_staff` and `told_again`
stand beside the lake's own tables.
"""

from collections.abc import Mapping

QUERIES: Mapping[str, str] = {
    # Two measurements at least: one number alone is often equal by chance.
    "copied_measurements": """
        SELECT DISTINCT doctor || '|' || day FROM follow_up
        WHERE doctor IS NOT NULL AND len(list_filter(measured, x -> x IS NOT NULL)) >= least(asked, 2) AND asked > 0
        GROUP BY form, doctor, day, measured HAVING count(DISTINCT person) >= 6""",
    # A doctor's day is one: people met, whatever forms were filled for them.
    "crowded_day": """
        WITH v AS (SELECT DISTINCT doctor, day, person FROM follow_up WHERE met AND doctor IS NOT NULL),
        d AS (SELECT doctor, day FROM v GROUP BY ALL HAVING count(*) >= 30)
        SELECT v.doctor || '|' || v.day FROM v JOIN d USING (doctor, day)
        LEFT JOIN (SELECT DISTINCT person, day FROM annual_exam) x ON x.person = v.person AND x.day = v.day
        GROUP BY v.doctor, v.day HAVING count(x.person) * 2 < count(*)""",
    "visit_in_hospital": """
        SELECT DISTINCT v.source || '/' || v.form || '/' || v.record_id FROM follow_up v
        JOIN encounter e ON e.person = v.person AND e.discharged_on IS NOT NULL
             AND v.day > e.day AND v.day < e.discharged_on
        WHERE v.met""",
    "visit_after_death": """
        SELECT DISTINCT v.source || '/' || v.form || '/' || v.record_id FROM follow_up v
        JOIN death d ON d.person = v.person AND v.day > d.died_on
        WHERE NOT EXISTS (SELECT 1 FROM encounter e WHERE e.person = v.person AND e.day > add(d.died_on, 1))""",
    "seen_after_death": """
        SELECT d.source || '/death/' || d.record_id FROM death d
        JOIN encounter e ON e.person = d.person AND e.day > add(d.died_on, 1)
        GROUP BY d.source, d.record_id HAVING count(DISTINCT e.day) >= 2""",
    "death_reported_late": """
        SELECT source || '/death/' || record_id FROM death WHERE date_diff('day', died_on, reported_on) > 90""",
    "year_in_one_go": """
        WITH y AS (SELECT form, person, year(day) AS y FROM follow_up WHERE person IS NOT NULL GROUP BY ALL
                   HAVING count(DISTINCT day) >= 4 AND date_diff('day', min(day), max(day)) <= 10)
        SELECT v.source || '/' || v.form || '/' || v.record_id FROM follow_up v
        JOIN y ON y.form = v.form AND y.person = v.person AND y.y = year(v.day)""",
    "two_keys": """
        SELECT DISTINCT b.source || '/encounter/' || b.record_id FROM encounter a
        JOIN encounter b ON a.person = b.person AND a.day = b.day AND a.org = b.org AND a.source = b.source
             AND a.department IS NOT DISTINCT FROM b.department AND a.kind = b.kind
             AND a.subject <> b.subject AND a.delivery < b.delivery""",
    "key_reused": "SELECT key FROM told_again WHERE subjects > 1",
    "content_changed": """SELECT key FROM told_again
        WHERE subjects = 1 AND contents > 1 AND deliveries > 1 AND NOT voided""",
    "withdrawn": "SELECT key FROM told_again WHERE voided",
    # A month that had nothing when a later month of the same sender was already in.
    "late_month": """
        WITH m AS (SELECT source, delivery, strftime(day, '%Y-%m') AS month, count(*) AS n, max(day) AS newest
                   FROM encounter GROUP BY ALL)
        SELECT DISTINCT m.source || '/encounter/' || m.month FROM m
        WHERE n >= 5 AND EXISTS (SELECT 1 FROM m b WHERE b.source = m.source AND b.delivery < m.delivery
                                 AND b.newest > add(m.newest, 45))
          AND NOT EXISTS (SELECT 1 FROM m b WHERE b.source = m.source AND b.month = m.month
                          AND b.delivery < m.delivery)""",
    "two_files": """
        WITH p AS (SELECT person FROM person WHERE place IS NOT NULL GROUP BY person
                   HAVING count(DISTINCT subject) > 1 AND count(DISTINCT left(place, 9)) > 1)
        SELECT source || '/person/' || record_id FROM person JOIN p USING (person)""",
    "place_merged": """
        SELECT x.source || '/person/' || x.record_id FROM person x JOIN ended_place e ON e.code = x.place
        WHERE e.town_ended IS NULL""",
    "town_renamed": """
        SELECT x.source || '/person/' || x.record_id FROM person x JOIN ended_place e ON e.code = x.place
        WHERE e.town_ended IS NOT NULL""",
    "closed_clinic": """
        SELECT x.source || '/encounter/' || x.record_id FROM encounter x JOIN ended_org o ON o.code = x.org
        WHERE x.day >= o.ended""",
    "doctor_left": """
        SELECT x.source || '/' || x.form || '/' || x.record_id FROM follow_up x JOIN left_staff s ON s.code = x.doctor
        WHERE x.day >= s.ended""",
    "other_sex": """
        WITH s AS (SELECT person, min(sex) AS sex FROM person GROUP BY person HAVING min(sex) = max(sex))
        SELECT d.source || '/diagnosis/' || d.record_id FROM diagnosis d JOIN s USING (person)
        WHERE (s.sex = '女' AND left(d.icd10, 3) IN ('N40', 'N41', 'N42', 'N43', 'C61'))
           OR (s.sex = '男' AND (left(d.icd10, 1) = 'O' OR left(d.icd10, 3) BETWEEN 'N70' AND 'N98'
                                OR left(d.icd10, 3) BETWEEN 'C51' AND 'C58'))""",
    "weight_in_jin": """
        WITH w AS (SELECT source, record_id, weight, weight / nullif((height / 100) * (height / 100), 0) AS bmi,
                          median(weight) OVER (PARTITION BY person) AS usual,
                          count(*) OVER (PARTITION BY person) AS n FROM annual_exam WHERE weight IS NOT NULL)
        SELECT source || '/annual_exam/' || record_id FROM w
        WHERE (n >= 3 AND weight / usual BETWEEN 1.7 AND 2.3) OR (n < 3 AND bmi >= 36)""",
    "newborn_unnamed": """
        WITH nobody AS (SELECT v.person, min(day) AS born, any_value(org) AS org FROM vaccination v
                        ANTI JOIN person p ON p.person = v.person GROUP BY v.person),
        child AS (SELECT p.person, any_value(p.birth_date) AS born FROM person p
                  ANTI JOIN (SELECT person FROM vaccination WHERE vaccine = '乙肝疫苗' AND dose_no = 1) h
                  ON h.person = p.person GROUP BY p.person),
        at_org AS (SELECT DISTINCT person, org FROM vaccination)
        SELECT DISTINCT v.source || '/vaccination/' || v.record_id FROM nobody n
        JOIN child c ON n.born BETWEEN c.born AND add(c.born, 2)
        JOIN at_org a ON a.person = c.person AND a.org = n.org
        JOIN vaccination v ON v.person = n.person""",
}
