"""Works that may end without a word: killed, by a power cut, or for memory that a library could not do without.

A work notes in `logs/<word>.begun` that it has begun and holds that file while it runs; however it ends by itself, it
takes the note away. A note that nobody holds is of a run that did not get to say anything.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from xinglin.kernel.home import Home

_END = ".begun"
WHY = "多半是内存不够，也可能是断电或被强行结束"
DO = "再运行一次，会接着做，不会重复；又断的话，关掉别的程序、放宽内存上限，或用 XINGLIN_MEMORY 调小本系统用的内存"


@contextmanager
def noted(home: Home, word: str, say: Callable[[str], None]) -> Iterator[None]:
    """While the work `xinglin word` runs. `say` gets a sentence where the last one ended without any.

    Makes nothing where there is no county; a second run of the same word beside the first is not noted.
    """
    file = _held(home.logs / f"{word}{_END}") if home.logs.is_dir() else None
    if file is None:
        yield
        return
    with file:
        if began := file.read().strip():
            say(f"上一次 xinglin {word}（{began} 开始）没有说一句话就断了：{WHY}。已有的数据没有受影响")
        with suppress(OSError):         # a full disk: the work itself will say so
            file.truncate(0)
            file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M}")
            file.flush()
        try:
            yield
        finally:
            Path(file.name).unlink(missing_ok=True)


def unsaid(home: Home) -> list[tuple[str, str]]:
    """(word, when it began) of the last runs that ended without a word and were not run since; changes nothing."""
    return [(path.name.removesuffix(_END), began) for path in sorted(home.logs.glob(f"*{_END}")) if (began := _left(path))]


def _left(path: Path) -> str:
    with suppress(OSError), path.open(encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return file.read().strip()
    return ""


def _held(path: Path) -> IO[str] | None:
    try:
        file = path.open("a+", encoding="ascii")
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    file.seek(0)
    return file
