"""A person's rows as the fold wants them, kept together with who the person is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinglin.act.programmes.fold import History, records_of
from xinglin.act.programmes.history import ReadLake, history_of, own_rk
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record, Row
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.lake.store import Lake, open_lake
from xinglin.registry.queries import PersonView

SEXES = {"1": "男", "2": "女"}


def lake_or_none() -> Lake | None:
    """The lake, read-only; None before the first delivery."""
    try:
        return open_lake(home(), read_only=True)
    except XinglinError:
        return None


@dataclass(frozen=True)
class Past:
    """All rows of a person that some programmes read, in their order, and the person's facts."""

    person: Mapping[str, Any]
    rows: Sequence[Row] = ()

    def of(self, programme: Programme) -> History:
        """The rows of one programme."""
        wanted = records_of(programme)
        return History(self.person, [r for r in self.rows if r.record in wanted])

    def last(self, record: type[Record], *, until: date | None = None) -> Row | None:
        """The newest row of a Record, of a day if need be."""
        rows = [r for r in self.rows if r.record is record and (until is None or r.day <= until)]
        return rows[-1] if rows else None

    def with_rows(self, rows: Sequence[Row]) -> "Past":
        """The same with a draft's rows, the last of their day."""
        return Past(self.person, sorted([*self.rows, *rows], key=lambda r: r.day))


def past_of(view: PersonView, programmes: Iterable[Programme], *, leave_out: str = "") -> Past:
    """What is known of a person. `leave_out`: uid of a record typed here that is being corrected."""
    found = history_of(view.number, programmes, read=reading())
    rows = [r for r in found.rows if not leave_out or not _is(r, leave_out)]
    known = {"birth_date": view.birth_date, "sex": SEXES.get(view.sex, view.sex or None)}
    return Past(known | {n: v for n, v in found.person.items() if v is not None}, rows)


def reading() -> ReadLake | None:
    """How history is read: from the lake, or nothing where no delivery has come yet."""
    return None if lake_or_none() else _nothing


def _is(row: Row, uid: str) -> bool:
    return row.values.get("rk") == own_rk(row.record.about.code, uid)


def _nothing(
    _person: int, _records: tuple[type[Record], ...]
) -> dict[str, list[dict[str, Any]]]:
    """What a county knows before its first delivery."""
    return {}
