"""A process killed before each of its lasting moments, one after another.

A moment is what outlives a process: a database's COMMIT, the lake's commit, a file renamed or removed.
`Deaths(home, template)` runs a work in children of this process, each with SIGKILL before its k-th moment,
on a fresh copy of the template, then the same work again: what stands afterwards is for the test to compare.
The parent opens no database, so a fork is safe. `told_by` runs such a parent from a test.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

KILLED = -signal.SIGKILL


class Moments:
    """Counts the moments of this process; kills it before number `fatal`."""

    def __init__(self, home: Path, fatal: int = 0) -> None:
        self.home, self.fatal, self.seen = str(home), fatal, list[str]()

    def comes(self, what: str) -> None:
        self.seen.append(what)
        if len(self.seen) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        from django.db.backends.signals import connection_created

        from xinglin.lake import schema, store

        connection_created.connect(self._trace, weak=False)
        self._before(store, "sync", "lake commit")
        self._before(schema, "apply", "lake tables")
        sys.addaudithook(self._file)

    def _before(self, module: Any, name: str, what: str) -> None:
        real = getattr(module, name)

        def heard(*args: Any, **kwargs: Any) -> Any:
            self.comes(what)
            return real(*args, **kwargs)

        mock.patch.object(module, name, heard).start()

    def _trace(self, *, connection: Any, **_: Any) -> None:
        def said(sql: str) -> None:
            alone = not connection.connection.in_transaction and sql.startswith(("INSERT", "UPDATE", "DELETE"))
            if sql.startswith("COMMIT") or alone:
                self.comes(f"{connection.alias} commit")

        connection.connection.set_trace_callback(said)

    def _file(self, event: str, args: tuple[Any, ...]) -> None:
        if event in ("os.rename", "os.remove") and str(args[0]).startswith(self.home) and Path(args[0]).exists():
            self.comes(event)


class Deaths:
    """Runs works in children over copies of a template."""

    def __init__(self, home: Path, template: Path) -> None:
        self.home, self.template = home, template

    def child(self, work: Callable[[], Any], *, fatal: int | None = None) -> tuple[int, Any]:
        """(how it ended, what `work` gave; with `fatal`, the moments seen)."""
        told = Path(tempfile.mkstemp()[1])
        sys.stdout.flush()
        number = os.fork()
        if number == 0:
            self._be_child(work, told, fatal)
        ended = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        text = told.read_text()
        told.unlink()
        return ended, json.loads(text) if text else None

    def _be_child(self, work: Callable[[], Any], told: Path, fatal: int | None) -> None:
        code = 1
        try:
            moments = Moments(self.home, fatal or 0)
            if fatal is not None:
                moments.watch()
            answer = work()
            told.write_text(json.dumps(moments.seen if fatal is not None else answer, default=str, ensure_ascii=False))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def must(self, work: Callable[[], Any], **how: Any) -> Any:
        ended, answer = self.child(work, **how)
        assert ended == 0, f"{work.__name__} ended with {ended}"
        return answer

    def keep(self) -> None:
        """What the home holds now is the template from here on."""
        shutil.rmtree(self.template, ignore_errors=True)
        shutil.copytree(self.home, self.template)

    def fresh(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.template, self.home)

    def all(self, work: Callable[[], Any], state: Callable[[], Any], *, between: Callable[[], Any] | None = None) -> dict[str, Any]:
        """{"moments": of the unbroken run, "unbroken": its state, "broken": {k: state after a death before k and a second run}}."""
        self.fresh()
        moments = self.must(work, fatal=0)
        whole, broken = self.must(state), {}
        for k in range(1, len(moments) + 1):
            self.fresh()
            ended, _ = self.child(work, fatal=k)
            assert ended == KILLED, f"moment {k} of {moments} was not reached: {ended}"

            def again() -> Any:
                if between:
                    between()
                work()
                return state()

            broken[f"{k} {moments[k - 1]}"] = self.must(again)
        self.fresh()
        return {"moments": moments, "unbroken": whole, "broken": broken}


def told_by(module: str, *words: str, home: Path) -> dict[str, Any]:
    """What `python -m module words` prints as JSON, with XINGLIN_HOME in a folder of this one."""
    environment = {**os.environ, "XINGLIN_HOME": str(home / "county"), "XINGLIN_LAKE_BUCKETS": "1", "XINGLIN_THREADS": "1",
                   "DJANGO_SETTINGS_MODULE": "xinglin.site.settings"}
    done = subprocess.run([sys.executable, "-m", module, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def differing(story: dict[str, Any]) -> dict[str, list[str]]:
    """Moment → what a death before it left otherwise than the unbroken work; empty is well."""
    whole = story["unbroken"]
    found = {k: sorted(n for n in whole.keys() | state.keys() if whole.get(n) != state.get(n)) for k, state in story["broken"].items()}
    return {k: names for k, names in found.items() if names}
