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


def make_who(con: Connection, have: Collection[str]) -> None:
    """`have`: which of the border columns `cells` brings as r_<name>."""
    make_macros(con)
    people = [c for c in ("patient_id", "id_number") if c in have]
    if not people:
        con.execute(f"CREATE OR REPLACE TABLE said AS SELECT {_said(have)} FROM cells WHERE false")
    else:
        given = ", ".join(f"r_{c}" for c in people)
        con.execute(f"CREATE OR REPLACE TABLE said AS SELECT {_said(have)} FROM cells "
                    f"WHERE coalesce({given}) IS NOT NULL GROUP BY {given}")
        if "name" in have:
            _compare_names(con, people)
    con.execute(_WHO)
    con.execute("DROP TABLE said")


def _said(have: Collection[str]) -> str:
    """A person's own words differ between rows: one is picked, the same whatever the order."""
    parts = [f"{q('r_' + c) if c in have else 'NULL::VARCHAR'} AS {c}" for c in ("patient_id", "id_number")]
    parts += [f"{'max(' + q('r_' + c) + ')' if c in have else 'NULL::VARCHAR'} AS {c}"
              for c in ("name", "phone", "address", "sex")]
    day = "max(as_day(r_birth_date))" if "birth_date" in have else "NULL::DATE"
    least = "min(r_name)" if "name" in have else "NULL::VARCHAR"
    return ", ".join([*parts, f"{day} AS birth", f"{least} AS least_name", "false AS names_differ"])


def _compare_names(con: Connection, people: list[str]) -> None:
    """Spellings of one name are the same name; compared only where a person's rows are not all alike."""
    same = " AND ".join(f"s.{c} IS NOT DISTINCT FROM c.r_{c}" for c in people)
    listed = ", ".join(f"s.{c}" for c in people)
    con.execute("CREATE OR REPLACE TABLE spelt AS SELECT * FROM said s WHERE least_name <> name")
    con.execute(f"CREATE OR REPLACE TABLE renamed AS SELECT {listed} FROM spelt s JOIN cells c ON {same} "
                f"GROUP BY {listed} HAVING min(plain_name(c.r_name)) <> max(plain_name(c.r_name))")
    match = " AND ".join(f"s.{c} IS NOT DISTINCT FROM r.{c}" for c in people)
    con.execute(f"UPDATE said s SET names_differ = true FROM renamed r WHERE {match}")
    con.execute("DROP TABLE spelt")
    con.execute("DROP TABLE renamed")


# Written as it should be: nothing to clean, and one regular expression instead of five.
_RIGHT = "strlen(id_number) = 18 AND regexp_full_match(id_number, '[0-9]{17}[0-9X]')"
_NUMBER = """CASE WHEN neat THEN id_number
    ELSE upper(regexp_replace(half(id_number), '[\\s''`-]', '', 'g')) END"""
_WHO = f"""
CREATE OR REPLACE TABLE who AS
WITH given AS (SELECT *, rowid + 1 AS who, coalesce({_RIGHT}, false) AS neat FROM said),
cleaned AS (SELECT *, {_NUMBER} AS n FROM given),
eighteen AS (SELECT *, CASE WHEN NOT neat AND regexp_full_match(n, '[0-9]{{15}}')
        THEN substr(n, 1, 6) || '19' || substr(n, 7) || check17(substr(n, 1, 6) || '19' || substr(n, 7))
        ELSE n END AS number FROM cleaned),
counted AS (SELECT *, try_cast(substr(number, 1, 17) AS BIGINT) AS first17 FROM eighteen),
judged AS (SELECT *, try_strptime(substr(number, 7, 8), '%Y%m%d')::DATE AS number_birth, CASE
        WHEN id_number IS NULL OR n = '' THEN NULL
        WHEN NOT neat AND regexp_full_match(n, '[0-9]([.][0-9]+)?E[+]?[0-9]+([.]0)?') THEN 'excel'
        WHEN NOT neat AND length(n) NOT IN (15, 18) THEN 'length'
        WHEN NOT neat AND NOT regexp_full_match(n, '[0-9]{{15}}|[0-9]{{17}}[0-9X]') THEN 'characters'
        WHEN substr(number, 1, 2) IS NOT NULL AND NOT {one_of('substr(number, 1, 2)', PROVINCES)} THEN 'area'
        WHEN number_birth IS NULL OR year(number_birth) < 1850 THEN 'birth'
        WHEN check_of(first17) <> substr(number, 18) THEN
            CASE WHEN number LIKE '%000' THEN 'excel' ELSE 'check_digit' END
        ELSE 'right' END AS verdict FROM counted),
doubted AS (SELECT *, CASE WHEN verdict IS DISTINCT FROM 'right' THEN NULL
        WHEN names_differ THEN 'two_people'
        WHEN birth <> number_birth
             AND NOT (month(birth) = 1 AND day(birth) = 1 AND year(birth) = year(number_birth))
            THEN 'birth_differs'
        WHEN {{sex}} <> (substr(number, 17, 1)::INTEGER % 2 = 1) THEN 'sex_differs' END AS doubt
    FROM judged)
SELECT who, patient_id, id_number,
    CASE WHEN verdict = 'right' THEN number END AS id18,
    CASE WHEN verdict <> 'right' THEN verdict END AS problem, doubt,
    verdict = 'right' AND length(n) = 15 AS was15, verdict = 'right' AND id_number LIKE '%x' AS was_x,
    coalesce(patient_id, CASE WHEN verdict = 'right' THEN number END) AS key,
    name, phone, address, birth, sex
FROM doubted
""".replace("{sex}", "CASE WHEN sex IN ('男', '1', 'M', 'm') THEN true "
                     "WHEN sex IN ('女', '2', 'F', 'f') THEN false END")
