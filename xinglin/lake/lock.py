"""One writer at a time, over all processes of the machine; and what must be on disk before a commit."""

from __future__ import annotations

import ctypes
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xinglin.kernel.errors import XinglinError

WAIT = 600.0            # seconds
_PAUSE = 0.05


@contextmanager
def writer_lock(path: Path, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the lake's writer lock; the system frees it when the process dies."""
    with path.open("a") as file:
        _take(file.fileno(), time.monotonic() + wait)
        yield


def _take(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise XinglinError("数据湖正被另一个进程写入，等待超时", do="请待它结束后重试") from None
            time.sleep(_PAUSE)
        else:
            return


def sync(folder: Path) -> None:
    """Force the folder's file system to disk: DuckLake writes its Parquet files without fsync."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):     # systems other than Linux
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(handle) != 0:
            raise XinglinError("数据没有写到磁盘", str(folder), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)
