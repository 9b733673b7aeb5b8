"""The county's rows as each sender writes them: its own keys, patient numbers and columns.

Views made: `out_<record>` with `source`, `record_id`, the sender's identity columns and the
Record's columns. `cut` is the day from which a sender's last weeks come as text files.
"""

# The county hospital changed its system on `switch`: keys and patient numbers begin anew.
KEYS = """
CREATE OR REPLACE MACRO row_key(letter, chan, day, n) AS
    CASE WHEN chan = 2 AND day >= getvariable('switch') THEN 'Z' || letter || n ELSE letter || n END;
CREATE OR REPLACE MACRO in_hospital(chan, day, i) AS
    CASE WHEN chan = 2 AND day >= getvariable('switch') THEN 'N' ELSE 'P' END || lpad(i::VARCHAR, 7, '0');
CREATE OR REPLACE MACRO sender(chan) AS
    CASE chan WHEN 2 THEN 'county_hospital' WHEN 3 THEN 'tcm_hospital' WHEN 4 THEN 'mch' ELSE 'primary_care' END;
CREATE OR REPLACE MACRO patient(chan, day, i, file_no) AS
    CASE WHEN chan < 2 THEN file_no ELSE in_hospital(chan, day, i) END;
CREATE OR REPLACE MACRO visit_key(i, k) AS 'H' || (i * 256 + 200 + k);
"""

CLINICAL = """
CREATE OR REPLACE VIEW out_encounter AS
SELECT sender(chan) AS source, row_key('E', chan, day, e) AS record_id, patient(chan, day, i, file_no) AS patient_id,
       id_number, day, org, kind, department, doctor, discharged_on FROM encounter;
CREATE OR REPLACE VIEW out_diagnosis AS
SELECT sender(chan) AS source, row_key('D', chan, day, e * 16 + no) AS record_id,
       patient(chan, day, i, file_no) AS patient_id, id_number, day, org, kind, icd10, words, org_level FROM diagnosis;
CREATE OR REPLACE VIEW out_dispense AS
SELECT sender(chan) AS source, row_key('F', chan, day, x) AS record_id, patient(chan, day, i, file_no) AS patient_id,
       id_number, day, org, drug, amount, days_supply FROM dispense;
CREATE OR REPLACE VIEW out_lab_result AS
SELECT sender(chan) AS source, row_key('L', chan, day, x) AS record_id, patient(chan, day, i, file_no) AS patient_id,
       id_number, row_key('R', chan, day, report_q) AS report_no, version, org, item, value, words, unit, sampled_at, reported_at,
       day FROM lab_result;
"""

PRIMARY_CARE = """
CREATE OR REPLACE VIEW out_htn_visit AS
SELECT 'primary_care' AS source, 'H' || x AS record_id, file_no AS patient_id, id_number, day, org, doctor, way, sbp, dbp,
       danger_sign, pregnant, other_emergency, new_complication, adverse_reaction, adr_hard, adherence, medicine,
       advice, next_day FROM htn_visit;
CREATE OR REPLACE VIEW out_bp_screening AS
SELECT 'primary_care' AS source, 'B' || x AS record_id, file_no AS patient_id, id_number, day, org, doctor, sbp, dbp, bmi,
       waist, family_history, high_salt, heavy_drinking FROM bp_screening;
CREATE OR REPLACE VIEW out_annual_exam AS
SELECT 'primary_care' AS source, 'T' || x AS record_id, file_no AS patient_id, id_number, day, org, doctor, sbp, dbp,
       height, weight, waist, fbg, advice_given FROM annual_exam;
CREATE OR REPLACE VIEW out_case_change AS
SELECT 'primary_care' AS source, 'K' || x AS record_id, file_no AS patient_id, id_number, 'htn' AS programme, day, change,
       org, doctor, confirmed, reason FROM case_change
UNION ALL
SELECT 'primary_care', 'K' || (i * 4 + 3), file_no, id_number, 'dm', enrol_on, '纳入', clinic, doctor, true, '已在管' FROM dm_managed;
CREATE OR REPLACE VIEW out_dm_visit AS
SELECT 'primary_care' AS source, 'G' || x AS record_id, file_no AS patient_id, id_number, day, org, doctor, way, fbg, glucose,
       glucose_kind, sbp, dbp, foot_pulse, danger_sign, pregnant, other_emergency, new_complication, adverse_reaction,
       adr_hard, low_sugar, adherence, medicine, advice, next_day FROM dm_visit;
CREATE OR REPLACE VIEW out_contact_attempt AS
SELECT 'primary_care' AS source, 'A' || x AS record_id, file_no AS patient_id, id_number, 'htn' AS programme, day, org,
       doctor, means, outcome, back_on, NULL::VARCHAR AS reason FROM contact_attempt;
"""

REGISTERS = """
CREATE OR REPLACE VIEW out_vaccination AS
SELECT 'cdc' AS source, record_id, patient_id, id_number, name, phone, birth_date, sex, day, org, vaccine, dose_no, batch_no
FROM dose_given;
CREATE OR REPLACE VIEW out_death AS
SELECT 'cdc' AS source, 'M' || x AS record_id, in_cdc(i) AS patient_id, id_number, name, died_on, reported_on, org, cause,
       died_on AS day FROM death;
CREATE OR REPLACE VIEW out_person AS
SELECT 'register' AS source, record_id, patient_id, id_number, name, phone, address, filed_on AS updated_on, birth_date, sex,
       usual_resident, place, household, house_no, org, doctor, died_on, moved_out_on, record_opened_on,
       CASE WHEN kind IS NULL AND i % 100 = 41 AND i NOT IN (SELECT i FROM chosen) THEN getvariable('until')
            ELSE getvariable('start') END AS day FROM register;
"""

# What is sent again, late, or by a town's own system.
AGAIN = """
CREATE OR REPLACE VIEW again_diagnosis AS
SELECT row_key('D', chan, day, e * 16 + no) AS record_id, patient(chan, day, i, file_no) AS patient_id, id_number, day,
       org, kind, icd10, words, org_level FROM resent;
CREATE OR REPLACE VIEW again_encounter AS
SELECT 'Z' || 'E' || e AS record_id, 'N' || lpad(i::VARCHAR, 7, '0') AS patient_id, id_number, day, org, kind, department,
       doctor, discharged_on FROM moved;
CREATE OR REPLACE VIEW withdrawn_encounter AS
SELECT row_key('E', chan, day, e) AS record_id, patient(chan, day, i, file_no) AS patient_id, id_number, day, org, kind,
       department, doctor, discharged_on, true AS void FROM withdrawn;
CREATE OR REPLACE VIEW own_dispense AS
SELECT y, lpad(serial::VARCHAR, 6, '0') AS record_id, 'W' || lpad(i::VARCHAR, 7, '0') AS patient_id, id_number, day, org,
       drug, amount, days_supply FROM own_system;
"""

STEPS = (CLINICAL, PRIMARY_CARE, REGISTERS, AGAIN)
