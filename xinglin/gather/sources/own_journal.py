"""What was saved here comes back as rows of the source "own": the loop closes through data.

Acts after the lake's journal watermark become versions; the watermark moves in the same lake
transaction, and an act read twice changes nothing (its version is already there).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial

import pyarrow as pa

from xinglin.declare.record import Record
from xinglin.gather.homes import settle_enrolled
from xinglin.gather.records import records
from xinglin.gather.sql import q, text
from xinglin.journal.models import Act
from xinglin.journal.queries import acts_after, last_seq
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.lake.tables import SQL_TYPES, at_lake, staged_columns
from xinglin.lake.upsert import Counts
from xinglin.lake.write import Write
from xinglin.registry.keys import county_keys

SOURCE = "own"
SAVED, VOIDED = "record.saved", "record.voided"
WATERMARK = "journal"
_AT_ONCE = 20_000


@dataclass(frozen=True)
class OwnGathered:
    """Acts read up to `seq`, and what became of their rows by Record."""

    seq: int
    acts: int
    counts: dict[str, Counts]


def gather_own(home: Home) -> OwnGathered:
    """Bring every act since the watermark into the lake."""
    lake = open_lake(home)
    lake.ensure([])
    top, read, counts = last_seq(), 0, dict[str, Counts]()
    while True:
        mark = lake.watermark(WATERMARK)
        acts = [a for a in acts_after(mark, (SAVED, VOIDED), _AT_ONCE) if a.seq <= top]
        seq = acts[-1].seq if len(acts) == _AT_ONCE else top
        if seq <= mark:
            settle_enrolled(lake)
            return OwnGathered(mark, read, counts)
        by_record = _by_record(acts)
        lake.ensure(by_record)
        for record, found in lake.run(partial(_take_in, by_record=by_record, seq=seq)).items():
            counts[record] = _added(counts.get(record, Counts()), found)
        read += len(acts)


def _by_record(acts: Sequence[Act]) -> dict[type[Record], list[Act]]:
    known, found = records(), dict[type[Record], list[Act]]()
    for act in acts:
        if act.erased:
            continue        # erased by schedule: nothing is left to bring in
        code = act.payload["record"]
        if code not in known:
            raise XinglinError(f"日志里有数据集“{code}”的记录，但没有载入它的定义", f"日志第 {act.seq} 条",
                               "请核对本县启用的业务包")
        found.setdefault(known[code], []).append(act)
    return found


def _take_in(tx: Write, *, by_record: dict[type[Record], list[Act]], seq: int) -> dict[str, Counts]:
    counts = {}
    for record, acts in by_record.items():
        _stage(tx, record, acts)
        if record.person_column() is not None:
            tx.link("(SELECT DISTINCT ON (subject) subject, person, received_at AS \"at\", '本系统' AS why "
                    "FROM own_staged WHERE subject NOT IN "
                    f"(SELECT subject FROM {at_lake('person_link')} WHERE to_at IS NULL) ORDER BY subject)")
        counts[record.about.code] = tx.upsert(record, "own_staged")
        tx.con.execute("DROP TABLE own_staged")
    tx.watermark(WATERMARK, seq)
    return counts


def _stage(tx: Write, record: type[Record], acts: Sequence[Act]) -> None:
    """A TEMP table own_staged. A merged person's later links are followed, as for any source."""
    keys = county_keys()
    people = [a.payload.get("person", a.subject_person) for a in acts]
    subjects = {p: keys.hash64("subject", SOURCE, p) for p in set(people) if p is not None}
    table = pa.table({
        "record_id": pa.array([a.corrects or a.uid for a in acts], pa.string()),
        "version": pa.array([_version(a) for a in acts], pa.int64()),
        "void": pa.array([a.kind == VOIDED for a in acts], pa.bool_()),
        "subject": pa.array([subjects.get(p) for p in people], pa.int64()),
        "person": pa.array(people, pa.int64()),
        "row_no": pa.array([a.seq for a in acts], pa.int64()),
        "received_at": pa.array([a.at.astimezone(UTC).replace(tzinfo=None) for a in acts],
                                pa.timestamp("us")),
        "said": pa.array([json.dumps(a.payload.get("values", {}), ensure_ascii=False) for a in acts],
                         pa.string())})
    tx.con.register("own_acts", table)
    tx.con.execute(f"CREATE TEMP TABLE own_staged AS SELECT {', '.join(_columns(record))} FROM own_acts a "
                   f"LEFT JOIN (SELECT subject, max(person) AS person FROM {at_lake('person_link')} "
                   "WHERE to_at IS NULL GROUP BY subject) l USING (subject)")
    tx.con.unregister("own_acts")


def _columns(record: type[Record]) -> list[str]:
    """Our columns from the form's values; the system's from the act."""
    given = {"source": text(SOURCE), "record_id": "record_id", "version": "version", "void": "void",
             "subject": "a.subject", "person": "coalesce(l.person, a.person)", "delivery": "0::BIGINT",
             "row_no": "row_no", "received_at": "received_at"}
    out = []
    for name in staged_columns(record):
        path = text(f'$."{name}"')
        sql = given.get(name) or f"(said::JSON ->> {path})::{SQL_TYPES[record.columns()[name].kind]}"
        out.append(f"{sql} AS {q(name)}")
    return out


def _version(act: Act) -> int:
    """1 for the first, then as the form counted; a correction without a count comes by its order."""
    given = act.payload.get("version")
    return int(given) if given is not None else (act.seq if act.corrects else 1)


def _added(a: Counts, b: Counts) -> Counts:
    return Counts(a.new + b.new, a.updated + b.updated, a.voided + b.voided,
                  a.unchanged + b.unchanged, a.stale + b.stale)
