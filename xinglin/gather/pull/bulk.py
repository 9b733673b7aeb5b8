"""A bulk export as a source: each map's table is a delivery like any other."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.utils import timezone

from xinglin.gather.receipt import Receipt
from xinglin.gather.receive import receive
from xinglin.gather.sources.fhir import bulk_maps, exported_on, flatten, read_bulk
from xinglin.kernel.home import Home


@dataclass(frozen=True)
class Bulk:
    """`receipts` in the maps' order; `read`: resources by kind; `unread`: of kinds (or codes) that no map takes."""

    receipts: list[Receipt]
    read: dict[str, int]
    unread: dict[str, int]

    def words(self) -> str:
        """For people: what was not taken, said aloud."""
        left = "，".join(f"{kind} {n}" for kind, n in self.unread.items())
        return f"没有对照、未收的资源：{left}" if left else "导出里的资源都收了"


def gather_bulk(home: Home, folder: Path, *, source: str, maps: str = "fhir_r4", org: str = "",
                check_only: bool = False) -> Bulk:
    """Read the folder and deliver. `org`: all rows are of this organisation of ours."""
    chosen = bulk_maps(maps)
    with tempfile.TemporaryDirectory(dir=home.tmp) as scratch, \
            duckdb.connect(config={"memory_limit": "1GiB", "temp_directory": str(home.tmp / "spill")}) as con:
        read, receipts = read_bulk(con, folder), []
        exported, taken = exported_on(con, timezone.localdate()), dict.fromkeys(read, 0)
        named = {kind for bulk in chosen for kind in bulk.resources() if kind != bulk.resource}
        for bulk in chosen:
            path = Path(scratch) / f"{bulk.record}.parquet"
            rows = flatten(con, bulk, into=path, exported=exported, org=org)
            if rows:
                taken[bulk.resource] += rows
                receipts.append(receive(home, path, source=source, record=bulk.record, mapping=bulk.text, check_only=check_only,
                                        sent_by="fhir"))
    return Bulk(receipts, read, {k: read[k] - n for k, n in taken.items() if read[k] > n and (n or k not in named)})
