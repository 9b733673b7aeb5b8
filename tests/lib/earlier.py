"""The program as it was before the last commit that changed it, and a small county that it made.

`code(folder)` unpacks it; run with the same Python. What it made is brought forward by the program as it is now.
"""

import subprocess
import tarfile
from functools import cache
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Everything that the earlier program says for itself, by its own `killed_stories`.
MADE = """
import json, os
import django
django.setup()
from xinglin.kernel.crypto import Keys
from xinglin.kernel.home import home
Keys.create(home().ensure().keys)
from tests.lib import killed_stories as story
for step in (story.found_county, story.night, story.publish, story.freeze, story.merge, story.later_files, story.gather):
    step()
print(json.dumps(None))
"""


def _git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=True).stdout


@cache
def commit() -> str | None:
    """The commit before the last one that changed xinglin/; None in a clone without history."""
    try:
        last = _git("log", "-1", "--format=%H", "--", "xinglin").decode().strip()
        return _git("rev-parse", "--verify", "-q", f"{last}^").decode().strip() or None
    except (OSError, subprocess.CalledProcessError):
        return None


def code(folder: Path) -> Path:
    """xinglin/ and tests/ of that commit below `folder`."""
    packed = _git("archive", str(commit()), "xinglin", "tests/__init__.py", "tests/lib")
    with tarfile.open(fileobj=BytesIO(packed)) as held:
        held.extractall(folder, filter="data")
    return folder
