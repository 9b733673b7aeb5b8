"""Who is who: precision and recall beside plain Splink, and the time of half a million records.

python -m bench.linkage --people 4000 --seeds 1           small
python -m bench.linkage --people 20000 --seeds 3 --large 500000 --new 10000
"""

import argparse
import resource
import sys
import time

import duckdb
import pyarrow as pa

from tests.lib.linkage_set import make_set, pairs_score
from tests.lib.plain_splink import plain_splink
from xinglin.gather.linkage.resolve import resolve

FIELDS = ("name", "sex", "birth_date", "id_number", "phone", "address")
LEAST = (0.995, 0.965)
LARGE_SECONDS, LARGE_GIB, NEW_SECONDS = 180, 3, 10


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--people", type=int, default=4000)
    words.add_argument("--seeds", type=int, default=1)
    words.add_argument("--large", type=int, default=0)
    words.add_argument("--new", type=int, default=0)
    told = words.parse_args()
    short = [seed for seed in range(1, told.seeds + 1) if not good(told.people, seed)]
    slow = told.large and not (large(told.large) and incremental(told.large, told.new))
    if short or slow:
        sys.exit("linkage is below its floor")


def good(people: int, seed: int) -> bool:
    rows, truth = make_set(people=people, seed=seed)
    (ours, ours_s), (plain, plain_s) = ours_on(rows, truth), plain_on(rows, truth)
    print(f"seed {seed}, {len(rows)} records: precision {ours[0]:.4f} recall {ours[1]:.4f} in {ours_s:.1f} CPU s; "
          f"plain Splink {plain[0]:.4f} {plain[1]:.4f} in {plain_s:.1f} CPU s", flush=True)
    return all(a >= max(b, p) for a, b, p in zip(ours, LEAST, plain, strict=True))


def table_of(rows):
    return pa.table({"uid": range(1, len(rows) + 1), **{f: [r[f] for r in rows] for f in FIELDS}})


def ours_on(rows, truth):
    began = time.process_time()
    with given(table_of(rows)) as con:
        resolve(con, FIELDS)
        found = dict(con.execute("SELECT uid, person FROM person_of").fetchall())
    return pairs_score(truth, {r["row"]: found[n] for n, r in enumerate(rows, 1)}), time.process_time() - began


def plain_on(rows, truth):
    began = time.process_time()
    found = plain_splink(rows)
    return pairs_score(truth, found), time.process_time() - began


def given(table):
    con = duckdb.connect(config={"memory_limit": "2GiB", "temp_directory": "", "threads": 2})
    con.register("put", table)
    con.execute("CREATE TABLE given AS FROM put")
    con.unregister("put")
    return con


def large(records: int) -> bool:
    rows, truth = make_set(people=round(records / 1.4), seed=9)
    table, whose = table_of(rows), {n: truth[r["row"]] for n, r in enumerate(rows, 1)}
    del rows, truth
    began, cpu = time.perf_counter(), time.process_time()
    with given(table) as con:
        resolve(con, FIELDS)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        found = dict(con.execute("SELECT uid, person FROM person_of").fetchall())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    score = pairs_score(whose, found)
    print(f"{len(whose)} records from nothing: {wall:.0f} s ({cpu:.0f} CPU s; < {LARGE_SECONDS}), peak {peak:.2f} GiB "
          f"with the set itself (< {LARGE_GIB}), precision {score[0]:.4f} recall {score[1]:.4f}", flush=True)
    return wall < LARGE_SECONDS and peak < LARGE_GIB


def incremental(people: int, new: int) -> bool:
    from bench.linkage_registry import compared_in

    return compared_in(people, new) < NEW_SECONDS if new else True


if __name__ == "__main__":
    main()
