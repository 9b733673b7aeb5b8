"""What is planted in single cells of the text files of the last weeks. Salts 600–639.

Tables made: `text_<record>`, all text as in the file. `detail` of the truth names the column and,
where a careful reader can still know the value, the value.
"""

PREPARE = """
CREATE OR REPLACE MACRO full_width(t) AS translate(t, '0123456789.', '０１２３４５６７８９．');
CREATE OR REPLACE MACRO told(col, val) AS '{"column": "' || col || '", "value": "' || coalesce(val, '') || '"}';
"""

LABS = """
CREATE OR REPLACE TABLE text_lab_result AS
SELECT CAST(COLUMNS(* EXCLUDE (source, day)) AS VARCHAR) FROM out_lab_result
WHERE source = 'county_hospital' AND day >= getvariable('cut') ORDER BY record_id;
CREATE OR REPLACE TEMP TABLE cell AS
WITH c AS (
    SELECT t.record_id, k.kind, t.value, t.item, row_number() OVER (PARTITION BY k.kind ORDER BY hash(t.record_id || k.kind)) AS n
    FROM text_lab_result t, (VALUES ('mg_dl'), ('less_than'), ('arrow'), ('full_width'), ('negative_sign')) k(kind)
    WHERE CASE kind WHEN 'mg_dl' THEN item IN ('GLU', 'TC', 'LDL', 'HDL', 'TG') WHEN 'less_than' THEN item = 'CRP'
        WHEN 'arrow' THEN item IN ('WBC', 'CREA', 'UA', 'ALT') WHEN 'full_width' THEN item IN ('HGB', 'PLT', 'BUN', 'AST', 'K')
        ELSE words = '阴性' END
) SELECT * FROM c WHERE n <= few(0.6);
UPDATE text_lab_result t SET
    value = CASE kind WHEN 'mg_dl' THEN round(c.value::DOUBLE * CASE c.item WHEN 'GLU' THEN 18.0182
                           WHEN 'TG' THEN 88.57 ELSE 38.67 END)::VARCHAR
        WHEN 'less_than' THEN '<0.5' WHEN 'arrow' THEN c.value || '↑' WHEN 'full_width' THEN full_width(c.value) WHEN 'negative_sign' THEN '阴性(-)' ELSE t.value END,
    unit = CASE kind WHEN 'mg_dl' THEN 'mg/dL' ELSE t.unit END,
    words = CASE kind WHEN 'negative_sign' THEN NULL ELSE t.words END
FROM cell c WHERE c.record_id = t.record_id;
INSERT INTO truth SELECT kind, 'county_hospital/lab_result/' || record_id,
    told('value', CASE WHEN kind IN ('negative_sign', 'less_than') THEN '' ELSE value END) FROM cell;
"""

PRESSURES = """
CREATE OR REPLACE TABLE text_bp_screening AS
SELECT CAST(COLUMNS(* EXCLUDE (source)) AS VARCHAR) FROM out_bp_screening WHERE day >= getvariable('cut') ORDER BY record_id;
CREATE OR REPLACE TABLE text_htn_visit AS
SELECT CAST(COLUMNS(* EXCLUDE (source)) AS VARCHAR) FROM out_htn_visit WHERE day >= getvariable('cut') ORDER BY record_id;
CREATE OR REPLACE TEMP TABLE cell AS
WITH every AS (SELECT 'bp_screening' AS record, record_id, sbp, dbp FROM text_bp_screening
               UNION ALL SELECT 'htn_visit', record_id, sbp, dbp FROM text_htn_visit WHERE substr(record_id, 2)::BIGINT % 256 < 200),
n AS (SELECT *, row_number() OVER (PARTITION BY record ORDER BY hash(record_id || 'cell')) - 1 AS n FROM every),
k AS (SELECT *, n // (SELECT few(0.3)) AS slot FROM n)
SELECT record, record_id, sbp, dbp,
       CASE WHEN slot = 0 THEN 'swapped' WHEN slot = 1 THEN 'kpa' WHEN slot = 2 THEN 'extra_zero' WHEN slot = 3 AND record = 'htn_visit'
            THEN 'full_width_pressure' WHEN slot = 3 THEN 'like_crisis' END AS kind FROM k WHERE slot <= 3;
UPDATE text_bp_screening t SET sbp = CASE kind WHEN 'swapped' THEN c.dbp WHEN 'kpa' THEN round(c.sbp::DOUBLE / 7.50062, 1)::VARCHAR
        WHEN 'extra_zero' THEN c.sbp || '0' ELSE '180' END,
    dbp = CASE kind WHEN 'swapped' THEN c.sbp WHEN 'kpa' THEN round(c.dbp::DOUBLE / 7.50062, 1)::VARCHAR
        WHEN 'like_crisis' THEN '110' ELSE c.dbp END
FROM cell c WHERE c.record = 'bp_screening' AND c.record_id = t.record_id;
UPDATE text_htn_visit t SET sbp = CASE kind WHEN 'swapped' THEN c.dbp WHEN 'kpa' THEN round(c.sbp::DOUBLE / 7.50062, 1)::VARCHAR
        WHEN 'extra_zero' THEN c.sbp || '0' ELSE full_width(c.sbp) END,
    dbp = CASE kind WHEN 'swapped' THEN c.sbp WHEN 'kpa' THEN round(c.dbp::DOUBLE / 7.50062, 1)::VARCHAR
        WHEN 'full_width_pressure' THEN full_width(c.dbp) ELSE c.dbp END
FROM cell c WHERE c.record = 'htn_visit' AND c.record_id = t.record_id;
INSERT INTO truth SELECT kind, 'primary_care/' || record || '/' || record_id,
       told('sbp', CASE WHEN kind IN ('full_width_pressure', 'like_crisis') THEN CASE kind WHEN 'like_crisis' THEN '180' ELSE sbp END END)
FROM cell;
"""

# A sheet typed by hand: weights in 斤, dates turned into numbers, unknown days, rows of totals.
SHEETS = """
CREATE OR REPLACE TABLE text_annual_exam AS
SELECT CAST(COLUMNS(* EXCLUDE (source)) AS VARCHAR) FROM out_annual_exam WHERE day >= getvariable('cut') ORDER BY record_id;
CREATE OR REPLACE TABLE text_diagnosis AS
SELECT CAST(COLUMNS(* EXCLUDE (source)) AS VARCHAR) FROM out_diagnosis
WHERE source = 'tcm_hospital' AND day >= getvariable('cut') ORDER BY record_id;
CREATE OR REPLACE TEMP TABLE sheet AS
WITH every AS (SELECT 'annual_exam' AS record, record_id, day, weight AS other FROM text_annual_exam
               UNION ALL SELECT 'diagnosis', record_id, day, words FROM text_diagnosis),
n AS (SELECT *, row_number() OVER (PARTITION BY record ORDER BY hash(record_id || 'sheet')) - 1 AS n FROM every)
SELECT *, CASE n // (SELECT few(0.3)) WHEN 0 THEN 'excel_serial_date' WHEN 1 THEN 'day_1900'
    WHEN 2 THEN CASE record WHEN 'annual_exam' THEN 'jin' ELSE 'questioned_diagnosis' END END AS kind FROM n
WHERE n < 3 * (SELECT few(0.3));
UPDATE text_annual_exam t SET day = CASE s.kind WHEN 'excel_serial_date' THEN date_diff('day', DATE '1899-12-30', s.day::DATE)::VARCHAR
        WHEN 'day_1900' THEN '1900-01-01' ELSE t.day END,
    weight = CASE s.kind WHEN 'jin' THEN round(t.weight::DOUBLE * 2, 1)::VARCHAR ELSE t.weight END
FROM sheet s WHERE s.record = 'annual_exam' AND s.record_id = t.record_id;
UPDATE text_diagnosis t SET day = CASE s.kind WHEN 'excel_serial_date' THEN date_diff('day', DATE '1899-12-30', s.day::DATE)::VARCHAR
        WHEN 'day_1900' THEN '1900-01-01' ELSE t.day END,
    words = CASE s.kind WHEN 'questioned_diagnosis' THEN '高血压？' ELSE t.words END,
    icd10 = CASE s.kind WHEN 'questioned_diagnosis' THEN 'I10' ELSE t.icd10 END
FROM sheet s WHERE s.record = 'diagnosis' AND s.record_id = t.record_id;
INSERT INTO truth SELECT kind, CASE record WHEN 'diagnosis' THEN 'tcm_hospital/' ELSE 'primary_care/' END || record || '/' || record_id,
       told(CASE kind WHEN 'jin' THEN 'weight' WHEN 'questioned_diagnosis' THEN 'words' ELSE 'day' END,
            CASE kind WHEN 'excel_serial_date' THEN s.day WHEN 'questioned_diagnosis' THEN '高血压？' WHEN 'jin' THEN s.other END)
FROM sheet s;
INSERT INTO text_annual_exam BY NAME
SELECT '小计' || n AS record_id, '小计' AS patient_id, (100 + n)::VARCHAR AS weight FROM range(1, (SELECT few(0.1)) + 1) t(n);
INSERT INTO text_diagnosis BY NAME SELECT '合计' AS record_id, '合计' AS patient_id;
INSERT INTO truth SELECT 'total_row', 'primary_care/annual_exam/' || record_id, '' FROM text_annual_exam WHERE patient_id = '小计';
INSERT INTO truth VALUES ('total_row', 'tcm_hospital/diagnosis/合计', '');
"""

REGISTER = """
CREATE OR REPLACE TABLE text_person AS
SELECT CAST(COLUMNS(* EXCLUDE (source, day)) AS VARCHAR) FROM out_person WHERE day >= getvariable('cut') ORDER BY record_id;
CREATE OR REPLACE TEMP TABLE cut_id AS
SELECT record_id FROM text_person WHERE with_check(left(id_number, 15) || '00') <> left(id_number, 15) || '000'
ORDER BY hash(record_id) LIMIT (SELECT few(0.5));
UPDATE text_person SET id_number = left(id_number, 15) || '000' WHERE record_id IN (FROM cut_id);
INSERT INTO truth SELECT 'id_cut_by_excel', 'register/person/' || record_id, '' FROM cut_id;
"""

STEPS = (PREPARE, LABS, PRESSURES, SHEETS, REGISTER)
