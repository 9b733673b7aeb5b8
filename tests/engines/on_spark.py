"""The same questions on Spark: `python -m tests.engines.on_spark FILES.json ANSWERS.json`.

Runs in Spark's own environment as a driver (tests/lib/spark.py says of which cluster). FILES: table →
its Parquet files. ANSWERS: the answers, the seconds they took, tasks done by each executor.
"""

import json
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

from tests.lib.engine_answers import EVERYTHING
from xinglin.lake.backends.spark import connect


def main(files: Path, out: Path) -> None:
    session = SparkSession.builder.appName("xinglin").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    con = connect(session, json.loads(files.read_text(encoding="utf-8")))

    def fetch(table):
        return [tuple(row) for row in session.sql(con.compile(table)).collect()]

    answers, seconds = {}, {}
    for ask in EVERYTHING:
        start = time.monotonic()
        answers |= dict(ask(con, fetch))
        seconds[ask.__name__] = round(time.monotonic() - start, 1)
    found = {"answers": answers, "seconds": seconds, "executors": _executors(session)}
    out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    session.stop()


def _executors(session) -> dict[str, int]:
    """Executor → tasks completed, of all but the driver, as Spark's own status says."""
    listed = session.sparkContext._jsc.sc().statusStore().executorList(False)
    every = [listed.apply(i) for i in range(listed.size())]
    return {e.id(): e.completedTasks() for e in every if e.id() != "driver"}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
