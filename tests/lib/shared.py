"""What the processes of one test run share: counties built once, plans worked out once.

The first process that asks builds, the others wait; who changes something takes a copy. Plans are kept under the
name of the program that made them, so a home takes only what it would have worked out itself.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_VARIABLE = "XINGLIN_TESTS_SHARED"
_PLANS = ("plans-all.json", "plans-some.json")


def folder() -> Path:
    """Made by the first process of a run; those that it starts know it by their environment."""
    if _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="xinglin-tests-shared-")
        atexit.register(shutil.rmtree, os.environ[_VARIABLE], ignore_errors=True)
    return Path(os.environ[_VARIABLE])


def once(name: str, build: Callable[[Path], object]) -> Path:
    """The folder `county` below `name`, filled by `build`."""
    root = folder() / name
    root.mkdir(exist_ok=True)
    with (root / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (root / "done").exists():
            build(root / "county")
            (root / "done").touch()
    return root / "county"


def lend_plans(home: Path) -> None:
    """A home that has no plans yet takes those of this run."""
    for name in _PLANS:
        made, own = folder() / name, home / "night" / name
        if made.exists() and not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(made, own)


def keep_plans(home: Path) -> None:
    """The first home that worked plans out gives them to the others."""
    for name in _PLANS:
        made, own = folder() / name, home / "night" / name
        if own.exists() and not made.exists():
            part = made.with_suffix(f".{os.getpid()}")
            shutil.copy(own, part)
            part.rename(made)
