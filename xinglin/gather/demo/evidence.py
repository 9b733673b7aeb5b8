"""What gather and the registry said of the demo's rows, brought to keys `source/record/record_id`."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
import openpyxl
import pyarrow as pa
from django.db.models import Count

from xinglin.gather.models import Delivery, Question
from xinglin.gather.originals import open_workbook
from xinglin.gather.sources.synthetic.names import RARE
from xinglin.gather.stage import TWO_SOURCES
from xinglin.gather.workbook import REASON
from xinglin.kernel.home import Home
from xinglin.kernel.identity import IdentityProblem, parse_resident_id
from xinglin.lake.tables import at_lake
from xinglin.registry.keys import county_keys
from xinglin.registry.models import Person, PersonKey

Keys = frozenset[str]
Truth = Mapping[str, Mapping[str, str]]
SHARED = 5      # people with one phone
# finder → any of these words in the sentence
WORDS: Mapping[str, tuple[str, ...]] = {
    "ask:swapped": ("舒张压不低于收缩压",), "ask:check_digit": ("校验位不对",), "ask:excel": ("被 Excel 改成",),
    "ask:identity": ("身份证号中的", "同一身份证号对应不同姓名", "身份证号已登记在另一个姓名下"),
    "back:pressure": ("收缩压”不", "舒张压”不"), "back:total": ("合计行",), "back:no_day": ("日期”没有填",),
}
IDS = ("记录编号", "record_id")
READ_RIGHT = ("mg_dl", "less_than", "negative_sign", "arrow", "full_width", "full_width_pressure",
              "excel_serial_date", "questioned_diagnosis")


def asked(home: Home, con: duckdb.DuckDBPyConnection) -> dict[str, Keys]:
    """Finder → keys of rows that were asked about or sent back."""
    said = [*_questions(con), *_sent_back(home)]
    found = {finder: frozenset(key for key, words in said if any(w in words for w in told))
             for finder, told in WORDS.items()}
    # A total row breaks other rules too; what it says of itself counts.
    found["back:no_day"] -= found["back:total"]
    return found


def _questions(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    rows = Question.objects.exclude(words=TWO_SOURCES).values_list(
        "delivery__record", "record_hash", "words")
    by_record: dict[str, list[tuple[int, str]]] = {}
    for record, rk, words in rows.iterator():
        by_record.setdefault(record, []).append((rk, words))
    return [pair for record, asked_rows in by_record.items() for pair in _keys_of(con, record, asked_rows)]


def _keys_of(con: duckdb.DuckDBPyConnection, record: str, rows: list[tuple[int, str]]) -> list[tuple[str, str]]:
    con.register("asked_rows", pa.table({"rk": pa.array([r[0] for r in rows], pa.int64()),
                                         "words": [r[1] for r in rows]}))
    found = con.execute(f"SELECT DISTINCT source || '/{record}/' || record_id, words "
                        f"FROM {at_lake(record)} JOIN asked_rows USING (rk)").fetchall()
    con.unregister("asked_rows")
    return [(str(key), str(words)) for key, words in found]


def _sent_back(home: Home) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for delivery in Delivery.objects.exclude(workbook=""):
        book = openpyxl.load_workbook(io.BytesIO(open_workbook(home, delivery)), read_only=True)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            header = [str(c) for c in next(rows)]
            at = next((header.index(c) for c in IDS if c in header), None)
            if at is not None:
                pairs += [(f"{delivery.source_id}/{delivery.record}/{r[at]}", str(r[header.index(REASON)]))
                          for r in rows]
    return pairs


def registered(con: duckdb.DuckDBPyConnection) -> dict[str, Keys]:
    """What only the registry can tell: shared phones, birthdays that the number denies."""
    shared = PersonKey.objects.filter(kind="phone").values("hash64").annotate(n=Count("person")).filter(n__gte=SHARED)
    people = PersonKey.objects.filter(kind="phone", hash64__in=[s["hash64"] for s in shared])
    return {"reg:shared_phone": _rows_of(con, people.values_list("person_id", flat=True)),
            "reg:new_year": _rows_of(con, _denied_birthdays(con))}


def _denied_birthdays(con: duckdb.DuckDBPyConnection) -> list[int]:
    """People filed as born on 1 January whose number says another day (some hundred are opened)."""
    born = dict(con.execute(f"SELECT person, min(birth_date) FROM {at_lake('person')} WHERE person IS NOT NULL "
                            "AND month(birth_date) = 1 AND day(birth_date) = 1 GROUP BY person").fetchall())
    keys = county_keys()
    return [p.number for p in Person.objects.filter(number__in=list(born), id_number_sealed__isnull=False)
            if _differs(keys.open_text(bytes(p.id_number_sealed or b"")), born[p.number])]


def _differs(number: str, birth: date) -> bool:
    try:
        return parse_resident_id(number).birth != birth
    except IdentityProblem:
        return False


def _rows_of(con: duckdb.DuckDBPyConnection, people: Iterable[int]) -> Keys:
    con.register("these_people", pa.table({"person": pa.array(list(people), pa.int64())}))
    found = con.execute(f"SELECT source || '/person/' || record_id FROM {at_lake('person')} "
                        "JOIN these_people USING (person)").fetchall()
    con.unregister("these_people")
    return frozenset(str(k) for (k,) in found)


def kept_values(con: duckdb.DuckDBPyConnection, truth: Truth) -> dict[str, Keys]:
    """Kind → keys that were read right: the value, or the person, is what was meant."""
    kept = {kind: frozenset(k for k, detail in truth.get(kind, {}).items() if _meant(con, k, json.loads(detail)))
            for kind in READ_RIGHT}
    for kind in ("id_15_digit", "id_lower_x"):
        kept[kind] = frozenset(k for k, other in truth.get(kind, {}).items()
                               if other and _person(con, k) == _person(con, other) is not None)
    for kind, signs in (("rare_character", RARE), ("dotted_name", ("·",))):
        kept[kind] = frozenset(k for k in truth.get(kind, {}) if any(s in _name(con, k) for s in signs))
    return kept


def merged(con: duckdb.DuckDBPyConnection, truth: Truth) -> Keys:
    """Keys of honest look-alikes whose two people became one."""
    pairs = [(k, f"register/person/{other}") for kind in ("like_twins", "like_namesake")
             for k, other in truth.get(kind, {}).items()]
    return frozenset(k for k, other in pairs if _person(con, k) == _person(con, other))


def _meant(con: duckdb.DuckDBPyConnection, key: str, told: Mapping[str, str]) -> bool:
    stored = _cell(con, key, told["column"])
    if not told["value"]:       # "<0.5": no number, the words kept
        return stored is None and _cell(con, key, "words") is not None
    try:
        return stored is not None and abs(float(str(stored)) - float(told["value"])) <= 0.02 * abs(float(told["value"]))
    except ValueError:
        return str(stored) == told["value"]


def _cell(con: duckdb.DuckDBPyConnection, key: str, column: str) -> object:
    source, record, record_id = key.split("/", 2)
    row = con.execute(f'SELECT "{column}" FROM {at_lake(record)} WHERE source = ? AND record_id = ?',
                      [source, record_id]).fetchone()
    return row[0] if row else None


def _person(con: duckdb.DuckDBPyConnection, key: str) -> int | None:
    found = _cell(con, key, "person")
    return int(str(found)) if found is not None else None


def _name(con: duckdb.DuckDBPyConnection, key: str) -> str:
    found = Person.objects.filter(number=_person(con, key) or 0).first()
    return county_keys().open_text(bytes(found.name_sealed)) if found and found.name_sealed else ""


