"""Make a synthetic county: its deliveries in a folder, and the truth beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from xinglin.declare.record import Record
from xinglin.gather.sources.synthetic import (
    chronic,
    illness,
    names,
    people,
    planted_conduct,
    planted_flow,
    planted_people,
    planted_values,
    prevention,
    senders,
    sugar,
)
from xinglin.gather.sources.synthetic import (
    world as worlds,
)
from xinglin.gather.sources.synthetic.chance import key_of, open_county
from xinglin.gather.sources.synthetic.deliveries import Delivery, write_all
from xinglin.kernel.errors import XinglinError

LAST_WEEKS = 45             # days that come as text files
NEW_SYSTEM = 400            # days before the end: the county hospital changed its system
FEWEST = 1000
Telling = Callable[[str], None]

# Rows are made in this order; planting reads what was made before it.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("居民", people.STEPS[:-1]), ("身份", (*planted_people.BEFORE, people.STEPS[-1])),
    ("就诊、诊断、用药、检验", illness.STEPS), ("筛查、体检、随访", (*chronic.STEPS, *sugar.STEPS)),
    ("接种、死亡", prevention.STEPS), ("各单位的编号", (senders.KEYS,)),
    ("登记册", planted_people.AFTER), ("行为", planted_conduct.STEPS), ("报送", planted_flow.STEPS),
    ("各单位的行", senders.STEPS), ("单元格", planted_values.STEPS))


@dataclass(frozen=True, kw_only=True)
class Made:
    """A county made: `deliveries` in the order to receive them; `truth` is a Parquet file beside."""

    folder: Path
    county: str
    until: date
    world: worlds.World
    deliveries: tuple[Delivery, ...]
    truth: Path
    rows: int
    managed: int

    def digest(self) -> str:
        """One number for all rows of all Parquet deliveries and the truth, whatever their order."""
        files = [self.folder / d.file for d in self.deliveries if d.file.endswith(".parquet")]
        return digest_of([*files, self.truth])


def make(folder: Path, *, records: Mapping[str, type[Record]], places: Sequence[Any], until: date,
         people: int = 50_000, years: int = 5, seed: int = 1, county: str = "330182",
         threads: int = 2, told: Telling = lambda words: None) -> Made:
    """Write a county's deliveries and its truth into an empty folder.

    `records`: Record code → Record; those not known are left out. `places`: rows with code, name,
    level, parent. Raises XinglinError for too few people or a folder that is not empty.
    """
    _refuse(folder, people, years)
    con = open_county(people=people, years=years, seed=seed, county=county, until=until, threads=threads)
    built = worlds.build_world(county=county, places=places, people=people, until=until,
                               key=key_of(people, years, seed, county, until))
    _prepare(con, built, until)
    for title, steps in STEPS:
        told(title)
        for step in steps:
            con.execute(step)
    told("写出文件")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    deliveries = tuple(write_all(con, folder, records))
    made = Made(folder=folder, county=county, until=until, world=built, deliveries=deliveries,
                truth=_write_truth(con, folder), rows=sum(d.rows for d in deliveries),
                managed=_count(con, "SELECT count(*) FROM managed"))
    _write_manifest(made)
    con.close()
    return made


def _refuse(folder: Path, people: int, years: int) -> None:
    if people < FEWEST or not 3 <= years <= 10:
        raise XinglinError(f"模拟县至少 {FEWEST} 人、3 至 10 年；现为 {people} 人、{years} 年",
                           do="请改 --people 或 --years")
    if folder.exists() and any(folder.iterdir()):
        raise XinglinError("文件夹不是空的", str(folder), "请换一个空文件夹")


def _prepare(con: duckdb.DuckDBPyConnection, built: worlds.World, until: date) -> None:
    moments = {"cut": until - timedelta(days=LAST_WEEKS), "switch": until - timedelta(days=NEW_SYSTEM)}
    for name, value in moments.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    names.set_names(con)
    worlds.settle(con, built)


def _write_truth(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    path = folder / "truth.parquet"
    con.sql("SELECT DISTINCT kind, key, detail FROM truth ORDER BY ALL").write_parquet(str(path))
    return path


def _write_manifest(made: Made) -> None:
    told = {"county": made.county, "until": made.until.isoformat(), "synthetic": True, "rows": made.rows,
            "deliveries": [asdict(d) for d in made.deliveries]}
    (made.folder / "manifest.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def digest_of(files: Sequence[Path]) -> str:
    """An order-free digest of the rows of Parquet files."""
    with duckdb.connect() as con:
        parts = [con.sql("SELECT count(*), coalesce(bit_xor(hash(t)), 0), coalesce(sum(hash(t) % 1000003), 0) "
                         "FROM read_parquet($file) t", params={"file": str(f)}).fetchone() for f in files]
    return ":".join(f"{a:x}.{b:x}.{c:x}" for a, b, c in (p for p in parts if p))


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
