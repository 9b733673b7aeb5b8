"""How much of what was planted the product found, and how much it said that was not so.

For each kind of the truth: the keys planted, those found, and (where the kind's finder names
keys of its own) how many of the finder's keys were planted. Honest look-alikes count what was
wrongly said of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import duckdb

from xinglin.declare.programme import Programme
from xinglin.gather.demo import evidence
from xinglin.gather.demo.kinds import KINDS, Kind
from xinglin.gather.demo.load import truth_file
from xinglin.gather.findings import find
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake

Keys = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Score:
    """One kind: planted, hit (of those), flagged (by its finder), and of these how many were planted."""

    kind: str
    title: str
    honest: bool
    planted: int
    hit: int
    flagged: int
    right: int

    @property
    def recall(self) -> float | None:
        """Share of what was planted that was found; of look-alikes, that were left alone."""
        return self.hit / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of what the finder said that was planted; None where it says nothing of its own."""
        return self.right / self.flagged if self.flagged else None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "recall": self.recall, "precision": self.precision}


def judge(home: Home, *, programmes: Iterable[Programme]) -> list[Score]:
    """Scores of every kind in the truth, planted ones first. Reads the lake, questions and workbooks."""
    truth = _truth(home)
    lake = open_lake(home)
    until = tomllib.loads(home.county_file.read_text("utf-8"))["until"]
    with lake.cursor() as con:
        said = {f"find:{code}": keys for code, keys in _found(con, until + timedelta(days=1), programmes).items()}
        said |= evidence.asked(home, con)
        said |= evidence.registered(con)
        said["merged"] = evidence.merged(con, truth)
        kept = evidence.kept_values(con, truth)
    return [_score(kind, truth, said, kept) for kind in KINDS if kind.code in truth]


def _truth(home: Home) -> dict[str, dict[str, str]]:
    """Kind → key → detail."""
    found: dict[str, dict[str, str]] = {}
    with duckdb.connect() as con:
        rows = con.sql("SELECT kind, key, detail FROM read_parquet($file)",
                       params={"file": str(truth_file(home))}).fetchall()
    for kind, key, detail in rows:
        found.setdefault(kind, {})[key] = detail
    return found


def _found(con: duckdb.DuckDBPyConnection, on: Any, programmes: Iterable[Programme]) -> dict[str, Keys]:
    grouped: dict[str, set[str]] = {}
    for one in find(con, on=on, programmes=programmes):
        grouped.setdefault(one.code, set()).add(one.key)
    return {code: frozenset(keys) for code, keys in grouped.items()}


def _score(kind: Kind, truth: Mapping[str, Mapping[str, str]], said: Mapping[str, Keys],
           kept: Mapping[str, Keys]) -> Score:
    # The true holder of a number that somebody else used may be asked too, and need not be.
    planted = frozenset(k for k, detail in truth[kind.code].items() if detail != "holder")
    flagged: Keys = frozenset(k for finder in kind.finders for k in said.get(finder, frozenset()) if kind.mine(k))
    every = frozenset(k for k2 in KINDS if set(k2.finders) & set(kind.finders) and not k2.honest
                      for k in truth.get(k2.code, {}))
    hit = planted - flagged if kind.honest else planted & (flagged | kept.get(kind.code, frozenset()))
    shown = frozenset() if kind.honest else flagged
    return Score(kind=kind.code, title=kind.title, honest=kind.honest, planted=len(planted), hit=len(hit),
                 flagged=len(shown), right=len(shown & every))


