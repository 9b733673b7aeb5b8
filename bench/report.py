"""The annual report of a demo county: written as Word and PDF, against reading the same totals plainly.

    python -m bench.report --home HOME [--limit 5]

The floor is one plain query of every total of the year; the limit is in seconds for the whole report.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path


def main(home, limit):
    os.environ["XINGLIN_HOME"] = home
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.lake.tables import at_lake
    from xinglin.show.reports.annual.write import Asked, file_of, lake_here, written
    from xinglin.site.load import catalog

    here, lake = catalog(), lake_here()
    year = lake.cursor().execute(f"SELECT max(as_of) FROM {at_lake('figure_state')}").fetchall()[0][0].year
    asked = Asked(report=next(iter(here.reports.values())), year=year)
    floor = timed("floor: the year's totals in one query", lambda: lake.cursor().execute(
        f"SELECT figure, sum(num), sum(den) FROM {at_lake('figure_total')} WHERE period = '{year}' GROUP BY 1").fetchall())
    began = time.perf_counter()
    made = timed("sentences and figures", lambda: written(lake, here, asked))[1]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("docx", "pdf"):
            data = timed(kind, lambda kind=kind: file_of(made, kind))[1]
            Path(folder, f"report.{kind}").write_bytes(data)
    whole = time.perf_counter() - began
    figures = len({t.code for t in made.trace if t.kind == "系统计算"})
    print(f"{figures} figures, {len(made.trace)} numbers: {whole:.2f} s (limit {limit} s), {whole / floor[0]:.0f} × the floor")
    if whole > limit or figures < 25:
        sys.exit(f"too slow or too few: {whole:.2f} s, {figures} figures")


def timed(what, work):
    began = time.perf_counter()
    found = work()
    took = time.perf_counter() - began
    print(f"{what}: {took:.2f} s")
    return took, found


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--home", required=True)
    words.add_argument("--limit", type=float, default=5.0)
    given = words.parse_args()
    main(given.home, given.limit)
