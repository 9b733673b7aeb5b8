"""Runs beside the web: the web never holds the county's data for writing. Start one, see how it ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

from xinglin.gather.models import Delivery
from xinglin.gather.originals import digest_of
from xinglin.kernel.home import home
from xinglin.show.deliveries.actions import finish_upload
from xinglin.show.deliveries.models import Upload

_KEPT = "".join(chr(c) for c in range(128) if chr(c).isalnum()) + "._-"


@dataclass(frozen=True)
class Placed:
    """An uploaded file in private scratch."""

    folder: Path
    file: Path
    digest: str


def place(name: str, chunks: Iterable[bytes], mapping: str) -> Placed:
    """Keep an upload in the private scratch folder until its run is over."""
    folder = home().tmp / f"upload-{uuid.uuid4().hex}"
    folder.mkdir(mode=0o700)
    # Only what tells the form and the day of the file is kept of its name.
    plain = "".join(c for c in Path(name).name if c in _KEPT)[-60:]
    file = folder / f"file-{plain}"
    try:
        with file.open("wb") as out:
            out.writelines(chunks)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if mapping:
        (folder / "map.toml").write_text(mapping, encoding="utf-8")
    return Placed(folder, file, digest_of(file))


def leave(placed: Placed) -> None:
    """An upload that is not needed after all."""
    shutil.rmtree(placed.folder, ignore_errors=True)


def wait_for(upload: Upload, *, seconds: float) -> Upload:
    """The upload when its run has ended, or as it stands after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        upload.refresh_from_db()
        upload = look(upload)
        if upload.state != "running" or time.monotonic() > until:
            return upload
        time.sleep(0.2)


def start_gather(upload: Upload, placed: Placed) -> None:
    """`xinglin gather` on the file, its receipt as JSON."""
    words = ["gather", str(placed.file), "--source", upload.source, "--record", upload.record, "--json"]
    words += ["--check"] if upload.check_only else []
    words += ["--map", str(placed.folder / "map.toml")] if (placed.folder / "map.toml").exists() else []
    _start(upload, placed.folder, words)


def start_reread(upload: Upload) -> None:
    """`xinglin reread` on a delivery's original, after codes were mapped."""
    folder = home().tmp / upload.folder
    folder.mkdir(mode=0o700)
    _start(upload, folder, ["reread", str(upload.rereads), "--json"])


def _start(upload: Upload, folder: Path, words: Sequence[str]) -> None:
    with (folder / "said.json").open("wb") as said, (folder / "problem.txt").open("wb") as problem:
        run = subprocess.Popen([sys.executable, "-m", "xinglin", *words], stdout=said, stderr=problem,
                               stdin=subprocess.DEVNULL, start_new_session=True)
    Upload.objects.filter(pk=upload.pk).update(pid=run.pid)
    threading.Thread(target=_wait, args=(run, upload.pk), daemon=True).start()


def _wait(run: subprocess.Popen[bytes], number: int) -> None:
    run.wait()
    try:
        settle(Upload.objects.get(pk=number))
    finally:
        connections.close_all()


def look(upload: Upload) -> Upload:
    """The upload as it stands; one whose run ended unseen (the web was restarted) is settled here."""
    if upload.state == "running" and upload.pid and not _alive(upload.pid):
        settle(upload)
        upload.refresh_from_db()
    return upload


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def settle(upload: Upload) -> None:
    """Note how the run ended and clear its scratch; again, it does nothing."""
    folder = home().tmp / upload.folder
    if upload.state != "running" or not folder.exists():
        return
    told = _told((folder / "said.json").read_text("utf-8"))
    words = (folder / "problem.txt").read_text("utf-8", errors="replace")
    finish_upload(upload=upload, receipt=told, problem="" if told else _refusal(words))
    shutil.rmtree(folder, ignore_errors=True)


def _told(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _refusal(words: str) -> str:
    """Our own refusal, one sentence; what else stands there, a trace or a library's last words, is not shown."""
    said = [told["error"] for line in words.splitlines() if (told := _told(line)) and "error" in told]
    return str(said[-1]) if said else "处理中断，没有装入任何一行。请再传一次；仍不行，请告诉系统管理员"


def step(upload: Upload) -> int:
    """How far a run is: 0 starting, 1 original kept, 2 checked, 3 done."""
    held = Delivery.objects.filter(source=upload.source, record=upload.record, digest=upload.digest).order_by("-id").first()
    return {"stored": 1, "checked": 2, "done": 3, "refused": 3}[held.state] if held else 0
