"""The column map: how a sender's file is read into a Record. Written in TOML beside the file.

    record = "case_report"            # ours
    empty = ["None", "NA"]            # what the sender writes for nothing
    [columns]                         # ours = theirs
    onset_on = "Date_Onset"
    weight = {from = "体重", unit = "斤"}
    died_on = {from = "转归日期", when = {"转归" = "死亡"}}
    [constants]                       # ours = one value for every row
    disease = "dengue"
    [codes.sex]                       # theirs = ours
    M = "男"
    [only]                            # rows outside are not part of the delivery; counted
    onset_on = ["1998-01-01", "2013-12-31"]
    [identity]                        # what makes a row itself, where no record_id is sent
    columns = ["onset_on", "district"]
    count_repeats = true              # equal rows are different things
    [[ask]]                           # a column of theirs whose being filled is a question
    column = "lost_encounter"
    words = "引用的就诊不在这批数据里"
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import Any

from xinglin.declare.record import IDENTITY_COLUMNS, Record
from xinglin.gather.refusal import unreadable
from xinglin.kernel.errors import XinglinError

# Beside the Record's own columns a file may carry these; they guide, and are not stored as columns.
GUIDING = {"record_id": "记录编号", "version": "版次", "void": "作废"}
# Tell whether a number can be this person's; used where the Record has no such column.
WITNESSES = {"birth_date": "出生日期", "sex": "性别"}
OURS = "XL-"        # how our own numbers begin in what we report
NOTHING = ("", "NULL", "null", "N/A", "NA", "#N/A", "None", "-", "--", "—", "/", "\\N")
_KEYS = {"record", "source", "title", "synthetic", "empty", "columns", "constants", "codes", "only",
         "identity", "convert", "version", "ask", "fhir", "platform"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """Where one of our columns comes from."""

    theirs: str
    unit: str = ""
    date: str = ""
    when: tuple[str, tuple[str, ...]] | None = None     # their other column, its values


@dataclass(frozen=True, kw_only=True)
class Convert:
    """`column` is multiplied, `unit_column` rewritten, where the unit is `from_unit` and the code fits."""

    column: str
    unit_column: str
    from_unit: str
    to_unit: str
    substance: str = ""
    where: tuple[str, tuple[str, ...]] | None = None    # our code column, its codes


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Rows in which the sender's column `theirs` is filled are asked about."""

    theirs: str
    words: str
    do: str


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """A parsed map; `fields` is ours → where from."""

    record: str = ""
    source: str = ""
    title: str = ""
    synthetic: bool = False
    empty: tuple[str, ...] = NOTHING
    fields: Map[str, Field] = field(default_factory=dict)
    constants: Map[str, Any] = field(default_factory=dict)
    codes: Map[str, Map[str, str]] = field(default_factory=dict)
    only: Map[str, tuple[str, str]] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    count_repeats: bool = False
    converts: tuple[Convert, ...] = ()
    asks: tuple[Ask, ...] = ()
    echo: str = ""              # their column that brings back our own number of what we reported to them
    version: int | None = None
    text: str = ""

    @property
    def named(self) -> frozenset[str]:
        """Their columns that the map speaks of."""
        return frozenset({f.theirs for f in self.fields.values()}
                         | {f.when[0] for f in self.fields.values() if f.when}
                         | {a.theirs for a in self.asks})


def parse_map(text: str, *, where: str = "") -> ColumnMap:
    """Read a map. Raises XinglinError with the place and what to write."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r"line \d+, column \d+", str(problem))
        raise XinglinError("列对照表不是有效的 TOML", f"{where} {place[0] if place else ''}".strip(),
                           "请按示例核对引号、括号与方括号") from None
    strange = sorted(set(raw) - _KEYS)
    if strange:
        raise XinglinError(f"列对照表有不认识的项 {strange}", where, f"只能写：{sorted(_KEYS)}")
    identity = raw.get("identity", {})
    return ColumnMap(
        record=raw.get("record", ""), source=raw.get("source", ""), title=raw.get("title", ""),
        synthetic=bool(raw.get("synthetic", False)),
        empty=(*NOTHING, *(str(e) for e in raw.get("empty", []))),
        fields={ours: _field(spec, ours, where) for ours, spec in raw.get("columns", {}).items()},
        constants=raw.get("constants", {}),
        codes={c: {str(k): str(v) for k, v in m.items()} for c, m in raw.get("codes", {}).items()},
        only={c: (str(a), str(b)) for c, (a, b) in raw.get("only", {}).items()},
        identity=tuple(identity.get("columns", ())),
        count_repeats=bool(identity.get("count_repeats", False)),
        converts=tuple(_convert(c) for c in raw.get("convert", [])),
        asks=tuple(Ask(theirs=a["column"], words=a["words"], do=a.get("do", "请核对后补报")) for a in raw.get("ask", [])),
        echo=raw.get("platform", {}).get("id", ""), version=raw.get("version"), text=text)


def _field(spec: Any, ours: str, where: str) -> Field:
    if isinstance(spec, str):
        return Field(theirs=spec)
    if not isinstance(spec, dict) or "from" not in spec or set(spec) - {"from", "unit", "date", "when"}:
        raise XinglinError(f"列对照表中“{ours}”写法不对", where,
                           '请写成 "对方列名" 或 {from = "对方列名", unit = "斤", date = "%Y/%m/%d"}')
    when = None
    for column, values in spec.get("when", {}).items():
        when = (column, tuple(values) if isinstance(values, list) else (str(values),))
    return Field(theirs=spec["from"], unit=spec.get("unit", ""), date=spec.get("date", ""), when=when)


def _convert(spec: dict[str, Any]) -> Convert:
    where = None
    for column, codes in spec.get("where", {}).items():
        where = (column, tuple(codes))
    return Convert(column=spec["column"], unit_column=spec["unit_column"], from_unit=spec["from"],
                   to_unit=spec["to"], substance=spec.get("substance", ""), where=where)


def border_columns(record: type[Record]) -> dict[str, str]:
    """What a file of this Record may carry beside the Record's columns: name → Chinese title."""
    extra = {k: v for k, v in GUIDING.items() if k not in record.columns()}
    if record.person_column() is None:
        return extra
    witnesses = {k: v for k, v in WITNESSES.items() if k not in record.columns()}
    return {**IDENTITY_COLUMNS, **witnesses, **extra}


def complete(columns: ColumnMap, record: type[Record], header: Iterable[str]) -> ColumnMap:
    """The map with columns found by our name or title where it says nothing of them.

    Raises FileRefusedError when the file lacks columns that the map names.
    """
    here = list(header)
    missing = sorted(columns.named - set(here))
    if missing:
        raise unreadable(f"文件缺少列：{'、'.join(missing)}", "表头",
                         "请按约定的列名补齐后重传；列名已改的，请更新列对照表")
    titles = _titles(record)
    found = {_plain(h): h for h in reversed(here)}
    fields = dict(columns.fields)
    for ours, title in titles.items():
        theirs = found.get(_plain(ours)) or found.get(_plain(title))
        taken = ours in fields or ours in columns.constants or theirs in columns.named
        if theirs and not taken:
            fields[ours] = Field(theirs=theirs)
    return replace(columns, fields=fields)


def _titles(record: type[Record]) -> dict[str, str]:
    own = {n: c.title for n, c in record.columns().items() if c.kind != "person"}
    return {**own, **border_columns(record)}


def checked_map(columns: ColumnMap, record: type[Record]) -> ColumnMap:
    """The map itself. Raises XinglinError when it speaks of columns that the Record has not."""
    titles = _titles(record)
    ours = {*columns.fields, *columns.constants, *columns.only, *columns.identity}
    strange = sorted(ours - set(titles))
    if strange:
        raise XinglinError(f"列对照表写了《{record.about.title}》没有的列 {strange}",
                           do=f"可写：{'、'.join(titles)}")
    return columns


def missing_columns(columns: ColumnMap, record: type[Record]) -> list[str]:
    """Titles of required columns that neither file nor constants bring."""
    have = {*columns.fields, *columns.constants}
    lacks = [c.title for n, c in record.columns().items()
             if c.required and c.kind != "person" and n not in have]
    person = record.person_column()
    if person is not None and person.required and not have & {"patient_id", "id_number"}:
        lacks.append("本机构患者编号或身份证号")
    return lacks


def _plain(name: str) -> str:
    """A header as it is compared: half width, no blanks, no unit in brackets, lower case."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).lower()
    return re.sub(r"(?<=.)[(\[].*?[)\]]$", "", text)
