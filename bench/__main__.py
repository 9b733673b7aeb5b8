"""Every benchmark one after the other: small by default, at the size of the issue with BENCH=full.

    python -m bench [name …]        BENCH=full python -m bench figures
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

FULL = os.environ.get("BENCH") == "full"
# name: (words when small, words when full); COUNTY stands for the home of a demo county made here
COUNTY = "COUNTY"
SUITE = {
    "desk": ("", ""),
    "plan": ("--people 5000", "--people 100000 --records 20"),
    "figures": ("--rows 200000 --times 1", "--rows 20000000"),
    "worklist": ("--tasks 20000", "--tasks 1000000"),
    "gather": ("--rows 20000 --base 100000 --people 5000", "--rows 1000000 --base 20000000 --people 300000"),
    "sources": ("--rows 200000 --page 100000", "--rows 500000"),
    "linkage": ("", "--people 20000 --seeds 3 --large 500000 --new 10000"),
    "lake": ("--people 2000 --rows 100000 --batch 2000", "--people 300000 --rows 20000000"),
    "save_while_projecting": ("--tasks 10000 --doctors 4", "--tasks 300000 --doctors 20"),
    "pages": (f"--home {COUNTY} --people 20", f"--home {COUNTY}"),
    "load": (f"--home {COUNTY} --seconds 5", f"--home {COUNTY}"),
    "report": (f"--home {COUNTY}", f"--home {COUNTY}"),
    "catalog": (f"--home {COUNTY} --people 2000 --rounds 1", f"--home {COUNTY} --people 50000"),
    "night": (f"--home {COUNTY}", f"--home {COUNTY}"),
}


def main(names):
    with tempfile.TemporaryDirectory() as folder:
        failed = [name for name in names if not ran(name, folder)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def ran(name, folder):
    words = SUITE[name][FULL].split()
    if COUNTY in words and not any(Path(folder).iterdir()):
        people = "50000" if FULL else "2000"
        start([sys.executable, "-m", "xinglin", "demo", "--people", people], folder)
    print(f"\n== {name} {' '.join(words)}", flush=True)
    return start([sys.executable, "-m", f"bench.{name}", *(folder if w == COUNTY else w for w in words)],
                 folder) == 0


def start(words, folder):
    env = {**os.environ, "XINGLIN_HOME": folder} if folder in words or "demo" in words else None
    return subprocess.run(words, env=env, check=False).returncode


if __name__ == "__main__":
    unknown = [n for n in sys.argv[1:] if n not in SUITE]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(SUITE)}")
    main(sys.argv[1:] or list(SUITE))
