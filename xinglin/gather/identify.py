"""Who the rows say they are about: numbers brought to 18 digits and judged, in SQL, once a person.

Makes the table `who`: one row a distinct (patient_id, id_number) of the file. Agrees with
kernel.identity.parse_resident_id (a test compares them). Knows nothing of the registry.
"""

from __future__ import annotations

from collections.abc import Collection

from xinglin.gather.sql import Connection, make_macros, one_of, q
from xinglin.kernel.identity import PROVINCES

# Why a number is not used to tell who somebody is, though it is a right one.
DOUBTS = {
    "birth_differs": ("身份证号中的出生日期与本行出生日期不符，未按身份证号归人",
                      "请核对是否填了母亲、配偶或他人的证件号"),
    "sex_differs": ("身份证号中的性别与本行性别不符，未按身份证号归人",
                    "请核对是否填了配偶或他人的证件号"),
    "two_people": ("同一身份证号对应不同姓名，未按身份证号归人", "请核对各人的证件号"),
    "two_numbers": ("同一患者编号对应不同身份证号，未按身份证号归人", "请核对该患者编号下的证件号"),
    "changed_number": ("该患者编号此前对应另一个身份证号", "请核对患者编号是否被重新使用"),
    "registered_other": ("身份证号已登记在另一个姓名下，未按身份证号归人", "请核对证件号与姓名"),
}
_GIVEN = ("patient_id", "id_number", "name", "phone", "address", "birth_date", "sex")


def make_who(con: Connection, have: Collection[str]) -> None:
    """`have`: which of the border columns `cells` brings as r_<name>."""
    make_macros(con)
    given = ", ".join(f"{q('r_' + c) if c in have else 'NULL::VARCHAR'} AS {c}" for c in _GIVEN)
    con.execute(f"CREATE OR REPLACE TABLE said AS SELECT patient_id, id_number, {_PICKED} "
                f"FROM (SELECT {given} FROM cells) "
                "WHERE patient_id IS NOT NULL OR id_number IS NOT NULL GROUP BY patient_id, id_number")
    con.execute(_WHO)
    con.execute("DROP TABLE said")


# A person's own words differ between rows: one is picked, the same whatever the order.
_PICKED = """max(name) AS name, max(phone) AS phone, max(address) AS address,
    min(plain_name(name)) <> max(plain_name(name)) AS names_differ,
    max(as_day(birth_date)) AS birth, max(sex) AS sex"""

_NUMBER = """upper(regexp_replace(half(id_number), '[\\s''`-]', '', 'g'))"""
_WHO = f"""
CREATE OR REPLACE TABLE who AS
WITH cleaned AS (SELECT *, {_NUMBER} AS n FROM said),
eighteen AS (SELECT *, CASE WHEN regexp_full_match(n, '[0-9]{{15}}')
        THEN substr(n, 1, 6) || '19' || substr(n, 7) || check17(substr(n, 1, 6) || '19' || substr(n, 7))
        ELSE n END AS number FROM cleaned),
judged AS (SELECT *, try_strptime(substr(number, 7, 8), '%Y%m%d')::DATE AS number_birth, CASE
        WHEN id_number IS NULL OR n = '' THEN NULL
        WHEN regexp_full_match(n, '[0-9]([.][0-9]+)?E[+]?[0-9]+([.]0)?') THEN 'excel'
        WHEN length(n) NOT IN (15, 18) THEN 'length'
        WHEN NOT regexp_full_match(n, '[0-9]{{15}}|[0-9]{{17}}[0-9X]') THEN 'characters'
        WHEN substr(number, 1, 2) IS NOT NULL AND NOT {one_of('substr(number, 1, 2)', PROVINCES)} THEN 'area'
        WHEN number_birth IS NULL OR year(number_birth) < 1850 THEN 'birth'
        WHEN check17(substr(number, 1, 17)) <> substr(number, 18) THEN
            CASE WHEN number LIKE '%000' THEN 'excel' ELSE 'check_digit' END
        ELSE 'right' END AS verdict FROM eighteen),
doubted AS (SELECT *, CASE WHEN verdict IS DISTINCT FROM 'right' THEN NULL
        WHEN names_differ THEN 'two_people'
        WHEN birth <> number_birth
             AND NOT (month(birth) = 1 AND day(birth) = 1 AND year(birth) = year(number_birth))
            THEN 'birth_differs'
        WHEN {{sex}} <> (substr(number, 17, 1)::INTEGER % 2 = 1) THEN 'sex_differs' END AS doubt
    FROM judged)
SELECT row_number() OVER () AS who, patient_id, id_number,
    CASE WHEN verdict = 'right' THEN number END AS id18,
    CASE WHEN verdict <> 'right' THEN verdict END AS problem, doubt,
    verdict = 'right' AND length(n) = 15 AS was15, verdict = 'right' AND id_number LIKE '%x' AS was_x,
    coalesce(patient_id, CASE WHEN verdict = 'right' THEN number END) AS key,
    name, phone, address, birth, sex
FROM doubted
""".replace("{sex}", "CASE WHEN sex IN ('男', '1', 'M', 'm') THEN true "
                     "WHEN sex IN ('女', '2', 'F', 'f') THEN false END")
