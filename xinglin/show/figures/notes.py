"""What a reader must know of the data under a figure: late sources, questions without an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import duckdb

from xinglin.declare.indicator import Indicator
from xinglin.gather.queries import last_received, waiting_rows
from xinglin.lake.tables import at_lake
from xinglin.show.common.definitions import catalog

LATE_DAYS = 7


def records_of(con: duckdb.DuckDBPyConnection, figure: str) -> frozenset[str]:
    """Codes of the datasets that a figure was computed from, as the night noted them."""
    rows = con.execute(f"SELECT records FROM {at_lake('figure_state')} WHERE figure = ?", [figure]).fetchall()
    return frozenset(code for r in rows for code in (r[0] or "").split(",") if code)


def sensitive_of(con: duckdb.DuckDBPyConnection, indicator: Indicator) -> frozenset[str]:
    """Purposes without which the rows behind a figure stay closed: its own, and those of the datasets it reads."""
    known = catalog().records
    own = {known[c].about.sensitive for c in records_of(con, indicator.code) if c in known}
    return frozenset(p for p in (*own, indicator.sensitive) if p)


def records_by_figure(con: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """The same for every figure in one query."""
    found: dict[str, frozenset[str]] = {}
    for figure, records in con.execute(f"SELECT figure, records FROM {at_lake('figure_state')}").fetchall():
        found[figure] = found.get(figure, frozenset()) | {c for c in (records or "").split(",") if c}
    return found


def open_questions() -> dict[str, int]:
    """Dataset → questions that wait for their senders."""
    return waiting_rows("record")


def notes(records: Iterable[str], questions: dict[str, int]) -> list[str]:
    """Sentences on the datasets of one figure."""
    known = catalog().records
    asked = [(code, questions[code]) for code in sorted(records) if questions.get(code)]
    return [f"《{known[c].about.title if c in known else c}》有 {n} 行待报送单位答复" for c, n in asked]


def silent(day: date, *, titles: dict[str, str]) -> list[str]:
    """Sources that have not sent for a week or more."""
    last = last_received()
    late = [(s, (day - at.date()).days) for s, at in last.items() if (day - at.date()).days >= LATE_DAYS]
    return [f"{titles.get(s, s)}已 {n} 天没有送数据" for s, n in sorted(late, key=lambda x: -x[1])]


def short(sentences: Sequence[str]) -> str:
    """For a line of a list: how many notes there are."""
    return f"{len(sentences)} 条数据说明" if sentences else ""
