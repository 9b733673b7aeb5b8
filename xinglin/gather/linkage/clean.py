"""Records brought to one form, set-wise: numbers to 18 digits, names to sounds, dates, phones, addresses.

`given` (uid and the columns of FIELDS, texts as written) becomes `record` (uid and COLUMNS). Only distinct
characters pass through Python, for their sound.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from xinglin.gather.linkage.addresses import address_sql, street_sql
from xinglin.gather.linkage.sounds import family_sound, nearly, sound
from xinglin.gather.sql import Connection, make_macros, one, q, serial_moment
from xinglin.kernel.identity import PROVINCES

FIELDS = ("name", "given_name", "surname", "sex", "birth_date", "id_number", "phone", "address", "household",
          "street", "suburb", "postcode", "state")
COLUMNS = ("number", "number_right", "number_checked", "other_no", "name", "part", "sound", "sound_surname", "sound_near", "characters",
           "family", "family_sound", "given", "given_sound", "first", "last", "sex", "birth", "phone", "address",
           "street", "tail", "household", "suburb", "postcode")
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "长孙", "东方",
           "端木", "南宫", "西门", "独孤", "轩辕", "宇文", "闻人", "申屠", "呼延", "太史", "淳于", "单于")
_DOTS = "·●•∙⋅﹒"       # between the parts of a name; as often left out, or written as a blank
_NOBODY = "(未命名|无名氏?|新生儿|不详|未知|无|某某?|.+之(子|女|妻|母|父)|.+(大|小)?(毛毛|宝宝|婴|婴儿))"
_BLANK = "^(无|不详|未知|不明|没有|暂无|null|NULL|None|none|nan|NaN|N/A|n/a|0+|1+|-+|/+|\\?+|\\*+)$"


def clean(con: Connection, have: Collection[str]) -> None:
    """Make `record` from `given`; `have`: the fields that the set brings. Numbers are judged, not trusted."""
    make_macros(con)
    _make_macros(con)
    con.execute(f"CREATE OR REPLACE TABLE tidy AS SELECT uid, {', '.join(_tidied(f, have) for f in FIELDS)} FROM given")
    _put_sounds(con)
    con.execute("CREATE OR REPLACE TABLE numbered AS " + _NUMBERED.replace("{resident}", str(_resident(con)).lower())
                .replace("{serial}", serial_moment("birth_date")))
    con.execute(_RECORD)
    for table in ("tidy", "numbered", "sound_of"):
        con.execute(f"DROP TABLE {table}")


def _tidied(field: str, have: Collection[str]) -> str:
    if field not in have:
        return f"NULL::VARCHAR AS {q(field)}"
    plain = f"nullif(half({q(field)}), '')"
    if field == "sex":              # 1 is a code here
        return f"{plain} AS sex"
    if field in ("birth_date", "phone", "household"):       # numbers that a spreadsheet wrote
        plain = f"regexp_replace({plain}, '^([0-9]+)[.]0+$', '\\1')"
    return f"CASE WHEN NOT regexp_matches({plain}, '{_BLANK}') THEN {plain} END AS {q(field)}"


def _resident(con: Connection) -> bool:
    """Are the numbers resident IDs? Else they are some other register's, and may be wrong freely."""
    return one(con, "SELECT count(*) FILTER (regexp_full_match(upper(regexp_replace(id_number, '[^0-9A-Za-z]', '', 'g')), "
                    "'[0-9]{15}|[0-9]{17}[0-9X]')) * 2 >= count(*) FROM tidy WHERE id_number IS NOT NULL") == 1


def _make_macros(con: Connection) -> None:
    provinces = ", ".join(f"'{p}'" for p in sorted(PROVINCES))
    for macro in (
        "as_latin(x) AS nullif(regexp_replace(lower(x), '[^a-z0-9]', '', 'g'), '')",
        "a_digit(x) AS regexp_replace(upper(x), '[^0-9A-Z]', '', 'g')",
        f"number_right(x) AS coalesce(regexp_full_match(x, '[0-9]{{17}}[0-9X]') AND substr(x, 1, 2) IN ({provinces}) "
        "AND try_strptime(substr(x, 7, 8), '%Y%m%d') IS NOT NULL AND check17(substr(x, 1, 17)) = substr(x, 18), false)",
    ):
        con.execute(f"CREATE OR REPLACE MACRO {macro}")


def _put_sounds(con: Connection) -> None:
    """`sound_of`: each character of the names → how it sounds, as a family name too, and nearly."""
    rows = con.execute("SELECT DISTINCT unnest(regexp_split_to_array(plain_name(name), '')) FROM tidy "
                       "WHERE name IS NOT NULL").fetchall()
    listed = sorted({str(c) for (c,) in rows if c})
    con.register("put", pa.table({
        "c": pa.array(listed, pa.string()), "sound": pa.array([sound(c) for c in listed], pa.string()),
        "family": pa.array([family_sound(c) for c in listed], pa.string()),
        "near": pa.array([nearly(sound(c)) for c in listed], pa.string())}))
    con.execute("CREATE OR REPLACE TABLE sound_of AS FROM put")
    con.unregister("put")
    con.execute(_NAMES)


def _joined(what: str, of: str = "x") -> str:
    """One thing about each of the letters, with blanks between."""
    return f"nullif(array_to_string(list_transform({of}, {what}), ' '), '')"


# A baby before its name, a person unknown: no name at all. What a machine could not write is left out.
_NAMES = f"""
CREATE OR REPLACE TABLE named AS
WITH told AS (SELECT uid, regexp_replace(plain_name(name), '[?*□〇0-9\\x{{FFFD}}]|\\(.*\\)$', '', 'g') AS name FROM tidy
    WHERE name IS NOT NULL),
plain AS (SELECT uid, regexp_replace(name, '[{_DOTS}]', '', 'g') AS name, regexp_replace(name, '[{_DOTS}].*$', '') AS part FROM told),
real AS (SELECT uid, name, CASE WHEN part <> '' AND (SELECT bool_or(part <> name) FROM plain) THEN part END AS part,
    list_contains([{", ".join(f"'{d}'" for d in _DOUBLE)}], left(name, 2)) AS double
    FROM plain WHERE name <> '' AND NOT regexp_full_match(name, '{_NOBODY}')),
spelt AS (SELECT DISTINCT name, double FROM real WHERE NOT regexp_matches(name, '[A-Za-z]')),
letters AS (SELECT name, unnest(regexp_split_to_array(name, '')) AS c,
    generate_subscripts(regexp_split_to_array(name, ''), 1) AS n FROM spelt),
spoken AS (SELECT l.name, list(struct_pack(c := l.c, n := n, sound := s.sound, near := s.near, family := s.family) ORDER BY n) AS x
    FROM letters l JOIN sound_of s USING (c) GROUP BY l.name),
heard AS (SELECT name, {_joined("y -> y.sound")} AS sound, {_joined("y -> y.near")} AS near,
    {_joined("y -> CASE WHEN y.n = 1 THEN y.family ELSE y.sound END")} AS sound_surname,
    array_to_string(list_sort(list_transform(x, y -> y.c)), '') AS characters,
    {_joined("y -> y.sound", "x[2:]")} AS rest, {_joined("y -> y.sound", "x[3:]")} AS rest2,
    {_joined("y -> y.sound", "x[:1]")} AS first1, {_joined("y -> y.sound", "x[:2]")} AS first2 FROM spoken)
SELECT r.uid, r.name, r.part, h.sound, h.sound_surname, h.near AS sound_near, h.characters,
    CASE WHEN r.double AND length(r.name) > 2 THEN left(r.name, 2) ELSE left(r.name, 1) END AS family,
    CASE WHEN r.double AND length(r.name) > 2 THEN h.first2 ELSE h.first1 END AS family_sound,
    CASE WHEN r.double AND length(r.name) > 2 THEN substr(r.name, 3) ELSE substr(r.name, 2) END AS given,
    CASE WHEN r.double AND length(r.name) > 2 THEN h.rest2 ELSE h.rest END AS given_sound
FROM real r LEFT JOIN heard h USING (name)
"""
_NUMBERED = """
WITH typed AS (SELECT uid, nullif(a_digit(id_number), '') AS n, id_number, sex, birth_date FROM tidy),
eighteen AS (SELECT *, CASE WHEN NOT {resident} THEN NULL
    WHEN regexp_full_match(n, '[0-9]{15}') AND try_strptime('19' || substr(n, 7, 6), '%Y%m%d') IS NOT NULL
    THEN substr(n, 1, 6) || '19' || substr(n, 7) || check17(substr(n, 1, 6) || '19' || substr(n, 7))
    WHEN length(n) >= 8 THEN n END AS number FROM typed),
said AS (SELECT *, number_right(number) AS is_right,
    coalesce(as_day(birth_date), try_strptime(birth_date, ['%d/%m/%Y', '%Y.%m', '%Y-%m', '%Y%m'])::DATE,
        ({serial})::DATE) AS born,
    CASE WHEN lower(sex) IN ('男', '1', 'm', 'male', '男性', '01') THEN '1'
         WHEN lower(sex) IN ('女', '2', 'f', 'female', '女性', '02') THEN '2' END AS told_sex FROM eighteen)
SELECT uid, number, is_right, is_right AND length(n) = 18 AS is_checked, CASE WHEN NOT {resident} THEN lower(n) END AS other_no,
    CASE WHEN is_right THEN substr(number, 7, 8) END AS number_birth,
    CASE WHEN is_right THEN CASE WHEN substr(number, 17, 1)::INTEGER % 2 = 1 THEN '1' ELSE '2' END END AS number_sex,
    CASE WHEN born BETWEEN DATE '1850-01-01' AND DATE '2100-01-01' THEN strftime(born, '%Y%m%d')
         WHEN length(birth_date) = 8 AND regexp_full_match(birth_date, '[0-9]{8}') THEN birth_date END AS born, told_sex
FROM said
"""
# The right number knows the day of birth and the sex, unless the row tells of another day altogether. A card of
# 15 digits has nothing to check it by: it is right, not checked.
_RECORD = f"""
CREATE OR REPLACE TABLE record AS
WITH judged AS (SELECT *, is_right AND (born IS NULL OR left(born, 4) = left(number_birth, 4)
        OR hamming(born, number_birth) <= 2) AND coalesce(told_sex = number_sex, true) AS trusted FROM numbered),
placed AS (SELECT uid, nullif({address_sql("coalesce(address, '')")}, '') AS address, lower(street) AS street_given,
    household, lower(suburb) AS suburb, lower(postcode) AS postcode, a_digit(phone) AS digits FROM tidy)
SELECT j.uid, CASE WHEN NOT j.is_right OR j.trusted THEN j.number END AS number, j.trusted AS number_right,
    CASE WHEN j.is_right AND NOT j.trusted THEN j.number END AS borrowed, j.other_no,
    j.trusted AND j.is_checked AS number_checked,
    n.name, n.part, n.sound, n.sound_surname, n.sound_near, n.characters, n.family, n.family_sound, n.given, n.given_sound,
    as_latin(coalesce(t.given_name, CASE WHEN n.sound IS NULL AND n.name IS NOT NULL
        THEN nullif(regexp_extract(t.name, '^(.*?)[ ,]+[^ ,]+$', 1), '') END)) AS first,
    as_latin(coalesce(t.surname, CASE WHEN n.sound IS NULL AND n.name IS NOT NULL
        THEN regexp_extract(t.name, '([^ ,]+)$', 1) END)) AS last,
    CASE WHEN j.trusted THEN j.number_sex ELSE j.told_sex END AS sex,
    CASE WHEN j.trusted AND (j.is_checked OR j.born IS NULL OR right(j.born, 4) = '0101') THEN j.number_birth
         ELSE j.born END AS birth,
    nullif(CASE WHEN length(p.digits) = 13 AND p.digits LIKE '861%' THEN substr(p.digits, 3) ELSE p.digits END, '') AS phone,
    coalesce(p.address, p.street_given) AS address, {street_sql("coalesce(p.address, p.street_given)")} AS street,
    right(coalesce(p.address, p.street_given), 9) AS tail, p.household, p.suburb, p.postcode,
    hash(t.name, t.given_name, t.surname, t.sex, t.birth_date, t.id_number, t.phone, t.address, t.street) AS mark
FROM judged j JOIN tidy t USING (uid) JOIN placed p USING (uid) LEFT JOIN named n USING (uid)
"""
