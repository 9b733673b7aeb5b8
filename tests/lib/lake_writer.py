"""A process that writes to a lake and may be killed: home, delivery, first row, rows, "hold" or "go".

    python -m tests.lib.lake_writer HOME 2 0 100 hold      # waits before the commit, says "ready"
"""

import sys
import time
from pathlib import Path

from tests.lib.lake import day, stage
from xinglin.datasets import BpScreening
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake


def main(home, delivery, first, rows, hold):
    lake = open_lake(Home(Path(home)))
    arriving = [reading(n, delivery) for n in range(first, first + rows)]
    print("begins", flush=True)
    with lake.write(delivery) as tx:
        tx.upsert(BpScreening, stage(tx.con, BpScreening, arriving))
        tx.delivery({"source": "hospital", "received": rows})
        if hold == "hold":
            print("ready", flush=True)
            time.sleep(60)
    print("committed", flush=True)


def reading(number, delivery):
    """The version is the delivery, the pressure too: a row says which delivery it is from."""
    return {"record_id": str(number), "person": number % 17, "day": day("2024-03-01"),
            "sbp": 100 + delivery, "dbp": 80, "version": delivery, "delivery": delivery}  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5])
