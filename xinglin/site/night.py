"""One night: a list of steps. Each may be run again without harm; a killed night goes on where it was.

gather what waits → take the journal in → cases, tasks, loops → figures → findings → project for the
application → tidy the lake → seal the journal. What was done is kept in `<home>/night/<day>.json`.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from xinglin.kernel.clock import steady
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.site.night_steps import STEPS
from xinglin.site.scene import Scene

Say = Callable[[str], None]


@dataclass
class Report:
    """A night's account: step → what it did and how long it took."""

    day: str
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    finished: bool = False

    def as_json(self) -> str:
        return json.dumps({"day": self.day, "steps": self.steps, "finished": self.finished},
                          ensure_ascii=False, indent=1)


def run_night(scene: Scene, *, say: Say = lambda _: None) -> Report:
    """Run a night for `scene.day` to its end; go on with one of that day that was broken off.

    It goes by the clock of its beginning: a clock that is set meanwhile is for the next one.
    """
    with _alone(scene.home), steady(datetime.now(UTC)):
        report = _unfinished(scene) or Report(scene.day.isoformat())
        for name, title, step in STEPS:
            if name in report.steps:
                continue
            say(title)
            report.steps[name] = _timed(step, scene)
            _keep(scene.home, report)
        report.finished = True
        _keep(scene.home, report)
        return report


def run(home: Home, *, day: date, full: bool = False, say: Say = lambda _: None) -> Report:
    """A night with this county's catalog."""
    from xinglin.site.load import catalog

    return run_night(Scene(home, catalog(), day, full), say=say)


def _timed(step: Callable[[Scene], Mapping[str, Any]], scene: Scene) -> dict[str, Any]:
    began = time.perf_counter()
    done = dict(step(scene))
    return {**done, "seconds": round(time.perf_counter() - began, 2)}


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One night at a time; the system frees the lock of a killed one."""
    _folder(home).mkdir(parents=True, exist_ok=True)
    with (_folder(home) / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise XinglinError("已有一个夜间任务在运行", str(home.root), "等它结束再运行") from None
        yield


def _folder(home: Home) -> Path:
    return home.root / "night"


def _unfinished(scene: Scene) -> Report | None:
    path = _folder(scene.home) / f"{scene.day.isoformat()}.json"
    if not path.exists():
        return None
    kept = Report(**json.loads(path.read_text(encoding="utf-8")))
    return None if kept.finished else kept


def _keep(home: Home, report: Report) -> None:
    path = _folder(home) / f"{report.day}.json"
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(report.as_json())
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def nights(home: Home) -> list[Report]:
    """The nights that were run, newest first."""
    paths = sorted(_folder(home).glob("????-??-??.json"), reverse=True)
    return [Report(**json.loads(p.read_text(encoding="utf-8"))) for p in paths]
