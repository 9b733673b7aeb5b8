"""What a night found about figures, written together: few large writes instead of many small ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from xinglin.know.indicators.contribute import Compiled
from xinglin.know.indicators.tables import CONTRIBUTION, FIGURE_STATE
from xinglin.know.indicators.touched import TOUCHED
from xinglin.lake.tables import at_lake

Key = tuple[str, str]           # figure, period
AT_ONCE = 2_000_000             # contributions held before they are written
_COLUMNS = ", ".join(CONTRIBUTION)


@dataclass
class Batch:
    """Contributions held in TEMP tables until `flush` (whole figures) and `merge` (touched people)."""

    con: duckdb.DuckDBPyConnection
    whole: list[Key] = field(default_factory=list)
    narrow: list[Key] = field(default_factory=list)
    _held: int = 0

    def __post_init__(self) -> None:
        for name in ("_whole", "_narrow"):
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {_COLUMNS} "
                             f"FROM {at_lake('contribution')} LIMIT 0")

    def replace(self, ready: Compiled) -> None:
        """All contributions of a figure's period."""
        self.whole.append(key_of(ready))
        self._held += self._hold("_whole", ready)
        if self._held > AT_ONCE:
            self.flush()

    def compare(self, ready: Compiled) -> None:
        """The contributions of touched people in a figure's period."""
        self.narrow.append(key_of(ready))
        self._hold("_narrow", ready)

    def _hold(self, table: str, ready: Compiled) -> int:
        done = self.con.execute(f"INSERT INTO temp.{table} ({_COLUMNS}) {ready.sql}").fetchall()
        return int(done[0][0])

    def flush(self) -> None:
        """Write the whole figures held so far."""
        if not self.whole:
            return
        drop(self.con, self.whole)
        if self._held:
            self.con.execute(f"INSERT INTO {at_lake('contribution')} ({_COLUMNS}) SELECT * FROM temp._whole")
        self.con.execute("DELETE FROM temp._whole")
        self.whole.clear()
        self._held = 0

    def merge(self) -> set[Key]:
        """Replace what differs for touched people; the figures of which something did."""
        if not self.narrow:
            return set()
        con = self.con
        con.execute("CREATE OR REPLACE TEMP TABLE _old AS SELECT c.* FROM "
                    f"{at_lake('contribution')} c SEMI JOIN temp.{TOUCHED} USING (person) "
                    f"WHERE {_among(self.narrow)}")
        con.execute("CREATE OR REPLACE TEMP TABLE _other AS SELECT DISTINCT figure, period, person FROM ("
                    f"(SELECT {_COLUMNS} FROM _narrow EXCEPT ALL SELECT {_COLUMNS} FROM _old) UNION ALL "
                    f"(SELECT {_COLUMNS} FROM _old EXCEPT ALL SELECT {_COLUMNS} FROM _narrow))")
        changed = set(con.execute("SELECT DISTINCT figure, period FROM _other").fetchall())
        if changed:
            self._exchange()
        return changed

    def _exchange(self) -> None:
        self.con.execute(f"DELETE FROM {at_lake('contribution')} c USING temp._other o WHERE "
                         "c.figure = o.figure AND c.period = o.period AND c.person = o.person")
        self.con.execute(f"INSERT INTO {at_lake('contribution')} ({_COLUMNS}) SELECT {_COLUMNS} "
                         "FROM _narrow SEMI JOIN _other USING (figure, period, person)")


def key_of(ready: Compiled) -> Key:
    """The figure and period that a computation is of."""
    return ready.indicator.code, ready.period.text


def drop(con: duckdb.DuckDBPyConnection, keys: Iterable[Key]) -> None:
    """Take contributions of figures' periods out."""
    con.execute(f"DELETE FROM {at_lake('contribution')} WHERE {_among(keys)}")


def note(con: duckdb.DuckDBPyConnection, rows: list[tuple[object, ...]]) -> None:
    """Replace the states of figures' periods: rows in the order of FIGURE_STATE."""
    if not rows:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE _states AS SELECT "
                f"{', '.join(FIGURE_STATE)} FROM {at_lake('figure_state')} LIMIT 0")
    marks = f"({', '.join('?' for _ in FIGURE_STATE)})"
    con.execute(f"INSERT INTO temp._states VALUES {', '.join(marks for _ in rows)}",
                [value for row in rows for value in row])
    con.execute(f"DELETE FROM {at_lake('figure_state')} s USING temp._states n "
                "WHERE s.figure = n.figure AND s.period = n.period")
    con.execute(f"INSERT INTO {at_lake('figure_state')} ({', '.join(FIGURE_STATE)}) FROM temp._states")


def let_go(con: duckdb.DuckDBPyConnection, keys: Iterable[Key]) -> None:
    """Contributions of periods that are no longer kept go; their totals stay."""
    gone = list(keys)
    if gone:
        drop(con, gone)
        con.execute(f"UPDATE {at_lake('figure_state')} SET kept = false WHERE {_among(gone)}")


def _among(keys: Iterable[Key]) -> str:
    listed = ", ".join(f"('{figure}', '{period}')" for figure, period in keys)
    return f"(figure, period) IN ({listed})"
