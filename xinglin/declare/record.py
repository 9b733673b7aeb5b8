"""Records: one class is the lake table, the form, the delivered file and the dictionary page.

A Record names its columns, its grain and the checks a delivered row must pass. `reject` sends a
row back with its sentence; `query` keeps the row and asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar
from typing import Literal as OneOf

from xinglin.declare.codelist import Codelist
from xinglin.declare.expr import Condition, Operand
from xinglin.declare.refuse import refuse

Kind = OneOf["text", "integer", "number", "yesno", "day", "moment", "coded",
             "person", "org", "place", "staff"]
PYTHON_TYPES: Mapping[str, type] = {
    "text": str, "integer": int, "number": float, "yesno": bool, "day": date, "moment": datetime,
    "coded": str, "person": int, "org": str, "place": str, "staff": str,
}
IBIS_TYPES: Mapping[str, str] = {
    "text": "string", "integer": "int64", "number": "float64", "yesno": "boolean", "day": "date",
    "moment": "timestamp", "coded": "string", "person": "int64", "org": "string",
    "place": "string", "staff": "string",
}
# What a sender may put beside a row to say who it is about; goes to the registry, never to the lake.
IDENTITY_COLUMNS: Mapping[str, str] = {
    "patient_id": "本机构患者编号", "id_number": "身份证号", "name": "姓名",
    "phone": "联系电话", "address": "住址",
}


@dataclass(frozen=True, kw_only=True)
class About:
    """What one row is. `dated_by` names the Day/Moment column that dates the row.

    `line`: at most four columns that make the row's line on a person's page: two numbers, two codes. A third
    code or words take the place of the second where no number is: a unit, or 阴性 where nothing was measured.
    `sensitive`: a purpose without which the Record is not shown at all.
    """

    code: str
    title: str
    grain: str
    dated_by: str
    key: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    standard: str = ""
    arrives: str = ""
    sensitive: str = ""


class Column(Operand):
    """A column of a Record; also a name to build conditions with."""

    kind: ClassVar[Kind] = "text"

    def __init__(self, title: str, *, unit: str = "", required: bool = False,
                 between: tuple[float, float] | None = None, codes: str | Codelist = "",
                 hint: str = "", at_most: int = 200, asked: Condition | None = None) -> None:
        self.title = title
        self.unit = unit
        self.required = required
        self.between = between      # plausible range: outside it a row is rejected
        self.codes = codes
        self.hint = hint
        self.asked = asked          # of whom a form asks it (a condition on Person); None: of everyone
        self.at_most = at_most      # longest text, in characters
        self.name = ""
        self.record: type[Record] | None = None

    def __set_name__(self, owner: type[Record], name: str) -> None:
        self.name = name
        self.record = owner

    @property
    def belongs_to_person(self) -> bool:
        return self.record is not None and self.record.about.code == "person"

    @property
    def ibis_type(self) -> str:
        return IBIS_TYPES[self.kind]

    def __repr__(self) -> str:
        record = self.record.about.code if self.record else "?"
        return f"{record}.{self.name}"


class Text(Column):
    """Words as someone typed them."""

    kind = "text"


class Integer(Column):
    """A whole number."""

    kind = "integer"


class Number(Column):
    """A measured number."""

    kind = "number"


class YesNo(Column):
    """Yes, no, or unknown."""

    kind = "yesno"


class Day(Column):
    """A calendar day."""

    kind = "day"


class Moment(Column):
    """A day and time, local."""

    kind = "moment"


class Coded(Column):
    """A code of a codelist."""

    kind = "coded"


class PersonRef(Column):
    """A person: raw identifiers at the border, our person number in the lake."""

    kind = "person"


class OrgRef(Column):
    """An organisation, by its credit code."""

    kind = "org"


class PlaceRef(Column):
    """A place, by its 12 digits."""

    kind = "place"


class StaffRef(Column):
    """A member of staff, by staff code."""

    kind = "staff"


@dataclass(frozen=True)
class Check:
    """A condition under which a delivered row is rejected or queried, with the sentence."""

    act: OneOf["reject", "query"]
    when: Condition
    words: str


def reject(when: Condition, words: str) -> Check:
    """The row goes back to its sender with these words."""
    return Check("reject", when, words)


def query(when: Condition, words: str) -> Check:
    """The row is kept, and its sender is asked."""
    return Check("query", when, words)


@dataclass(frozen=True)
class Row:
    """One row of a Record, for examples and tests."""

    record: type[Record]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day that dates the row."""
        value = self.values[self.record.about.dated_by]
        return value.date() if isinstance(value, datetime) else value


class Record:
    """Base of every dataset. Subclasses hold `about`, columns, `checks` and `measured`, nothing else."""

    about: ClassVar[About]
    checks: ClassVar[list[Check]] = []
    measured: ClassVar[tuple[Column, ...]] = ()     # what a visit measures: equal on many people, it is looked into
    _columns: ClassVar[dict[str, Column]] = {}

    def __init_subclass__(cls) -> None:
        cls._columns = {n: c for n, c in vars(cls).items() if isinstance(c, Column)}
        if "about" not in vars(cls):
            refuse(f"Record {cls.__name__} 没有写 about", "加一行 about = About(code=…, title=…, …)")
        named = {*cls.about.key, *cls.about.line, cls.about.dated_by}
        _must_have(cls, sorted(named))
        if cls._columns[cls.about.dated_by].kind not in ("day", "moment"):
            refuse(f"{cls.__name__}：dated_by 的列“{cls.about.dated_by}”不是日期")
        if any(c.kind not in ("integer", "number") for c in cls.measured):
            refuse(f"{cls.__name__}：measured 里有不是数字的列", "只写测量得到的数字列")

    @classmethod
    def columns(cls) -> Mapping[str, Column]:
        """The columns in the order they were written."""
        return cls._columns

    @classmethod
    def person_column(cls) -> Column | None:
        return next((c for c in cls._columns.values() if c.kind == "person"), None)

    @classmethod
    def of_kind(cls, *kinds: Kind) -> tuple[Column, ...]:
        return tuple(c for c in cls._columns.values() if c.kind in kinds)

    @classmethod
    def schema(cls) -> dict[str, str]:
        """Column name → Ibis type."""
        return {n: c.ibis_type for n, c in cls._columns.items()}

    @classmethod
    def row(cls, **values: Any) -> Row:
        """One row for an example: days as text are read, an absent yes/no is no."""
        _must_have(cls, list(values))
        read = {n: _read(cls._columns[n], v) for n, v in values.items()}
        absent = {n: False for n, c in cls._columns.items() if c.kind == "yesno" and n not in read}
        if cls.about.dated_by not in read:
            refuse(f"{cls.__name__}：一行没有 {cls.about.dated_by}", "写上日期")
        return Row(cls, {**absent, **read})


def _must_have(record: type[Record], names: list[str]) -> None:
    unknown = [n for n in names if n not in record.columns()]
    if unknown:
        refuse(f"{record.__name__}：没有列 {unknown}；有：{sorted(record.columns())}")


def _read(column: Column, value: Any) -> Any:
    try:
        if column.kind == "day" and isinstance(value, str):
            return date.fromisoformat(value)
        if column.kind == "moment" and isinstance(value, str):
            return datetime.fromisoformat(value)
    except ValueError:
        refuse(f"“{column.title}”的值 {value!r} 不是日期", "写成 YYYY-MM-DD")
    if value is not None and column.kind in ("integer", "number") and (
            isinstance(value, bool) or not isinstance(value, int | float)):
        refuse(f"“{column.title}”的值 {value!r} 不是数字", "写成数字，不加单位")
    if value is not None and column.kind == "yesno" and not isinstance(value, bool):
        refuse(f"“{column.title}”的值 {value!r} 不是 true/false", "写 true、false 或 null（未知）")
    return value
