"""A plan as SQL that holds for every day: building it costs more than running it, so it is built once.

The plan is built for a day that no definition names (`NEVER`); what follows from that day in the SQL
is put in when it runs. The text is kept in a file under the name of the program that built it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from xinglin.act.programmes.plan_rows import Stages
from xinglin.kernel.dates import days_between, plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.lake.compile import duckdb_sql

NEVER = date(2999, 7, 13)
SINCE = date(NEVER.year - 1, 1, 1)      # what `plan` takes for its `since` on that day
_DAY = re.compile(rf"\b({NEVER.year}|{SINCE.year}), (\d+), (\d+)\b")
_YEAR = re.compile(rf"\b{SINCE.year}\b")
_LEFT = re.compile(rf"{NEVER.year}|{SINCE.year}")


@dataclass(frozen=True)
class Recipe:
    """TEMP tables to make, in order, and SELECTs that stand on them; for any day."""

    steps: tuple[tuple[str, str], ...]
    results: Mapping[str, str]

    @contextmanager
    def made(self, con: duckdb.DuckDBPyConnection, *, on: date) -> Iterator[Mapping[str, str]]:
        """The results' SQL for a day, while the tables on which they stand are there."""
        try:
            for name, sql in self.steps:
                con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {for_day(sql, on)}")
            yield {name: for_day(sql, on) for name, sql in self.results.items()}
        finally:
            for name, _ in self.steps:
                con.execute(f"DROP TABLE IF EXISTS temp.{name}")


class Recorder(Stages):
    """Notes what would be kept; its tables have the columns and no rows."""

    def __init__(self, con: Any, mark: str) -> None:
        super().__init__(con)
        self.mark = mark
        self.steps: list[tuple[str, str]] = []

    def keep(self, expr: Any) -> Any:
        name = f"recipe_{self.mark}_{len(self.steps)}"
        sql = duckdb_sql(expr)
        self.con.raw_sql(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql} WITH NO DATA")
        self.steps.append((name, sql))
        table = self.con.table(name, database=("temp", "main"))
        self.kept.append(table)
        return table


def record(con: Any, mark: str, build: Callable[[Stages], Mapping[str, Any]]) -> Recipe:
    """The recipe of what `build` makes of its stages for the day NEVER. `con` is the Ibis backend."""
    stages = Recorder(con, mark)
    try:
        results = {name: duckdb_sql(table) for name, table in build(stages).items()}
    finally:
        stages.close()
    recipe = Recipe(tuple(stages.steps), results)
    for sql in (*(sql for _, sql in recipe.steps), *results.values()):
        for_day(sql, date(2000, 2, 29))
    return recipe


def for_day(sql: str, on: date) -> str:
    """The SQL with a real day in the place of NEVER.

    Raises XinglinError where the day went into the SQL in a way that cannot be put in again.
    """
    def real(found: re.Match[str]) -> str:
        day = date(*map(int, found.groups()))
        told = date(on.year - 1, 1, 1) if day == SINCE else plus_days(on, days_between(NEVER, day))
        return f"{told.year}, {told.month}, {told.day}"

    text = _YEAR.sub(str(on.year - 1), _DAY.sub(real, sql))
    left = _LEFT.search(text)
    if left is not None:
        raise XinglinError("推算语句里有一处日期不能换成当天", text[max(left.start() - 60, 0):][:120],
                           "请在 plan 里直接用日期，不要先在 Python 里换算")
    return text


def kept(path: Path, program: str, build: Callable[[], Mapping[str, Recipe]]) -> Mapping[str, Recipe]:
    """The recipes of this program from their file, or built and written there."""
    known = _read(path)
    if known.get("program") == program:
        return {code: Recipe(tuple(map(tuple, r["steps"])), r["results"]) for code, r in known["recipes"].items()}
    built = build()
    part = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(json.dumps({"program": program, "recipes": {c: asdict(r) for c, r in built.items()}}),
                    encoding="utf-8")
    part.rename(path)
    return built


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):       # none yet, or cut off: it is built again
        return {}
    return found
