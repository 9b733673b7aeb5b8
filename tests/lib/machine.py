"""What the machine has: programs that some tests cannot do without, and how to get them.

A test says `@pytest.mark.needs("chromium")`. Where a need is missing the test is deselected and
counted in the list that closes the run; with XINGLIN_REQUIRE_ALL=1 it fails instead.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A program: how to see whether it is there, and what installs it."""

    title: str
    there: Callable[[], bool]
    install: str
    always: bool = True     # XINGLIN_REQUIRE_ALL=1 fails without it; no program brings back what a shallow clone left out


def chromium() -> str | None:
    """The path of Debian's chromium without a window (a third cheaper), or of another one named by XINGLIN_CHROMIUM."""
    known = ("chromium-headless-shell", "chromium", "chromium-browser")
    return os.environ.get("XINGLIN_CHROMIUM") or next(filter(None, map(shutil.which, known)), None)


def postgresql_bin() -> Path | None:
    """The folder of initdb and postgres: on the PATH, or the newest in Debian's place."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


def mariadb_program(name: str) -> Path | None:
    """mariadbd and its companions: on the PATH, or where Debian puts servers."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin")
    return Path(found) if found else None


SPARK_PYTHON = Path(__file__).resolve().parents[2] / ".venv-spark" / "bin" / "python"


def java() -> str | None:
    """Java 17, which Spark 3.5 asks for: Debian's own before whatever is first on the PATH."""
    found = sorted(Path("/usr/lib/jvm").glob("java-17-openjdk*/bin/java"))
    return str(found[0]) if found else shutil.which("java")


def has_spark() -> bool:
    """Whether `make setup-spark` was run."""
    return SPARK_PYTHON.with_name("spark-submit").exists()


def has_chinese_font() -> bool:
    """Whether pages and documents can show Chinese."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


# Real data made by others, beside the checkout; never committed.
SHARED_DATA = Path(
    os.environ.get("XINGLIN_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)


def has_history() -> bool:
    """Whether the program before the last commit can be had."""
    from tests.lib.earlier import commit

    return commit() is not None


NEEDS = {
    "chromium": Need("浏览器", lambda: chromium() is not None, "apt-get install chromium-headless-shell"),
    "chinese_font": Need("中文字体", has_chinese_font, "apt-get install fonts-noto-cjk fontconfig"),
    "postgresql": Need(
        "PostgreSQL 服务端", lambda: postgresql_bin() is not None, "apt-get install postgresql"
    ),
    "mariadb": Need("MariaDB 服务端", lambda: mariadb_program("mariadbd") is not None,
                    "apt-get install mariadb-server"),
    "java": Need("Java 17", lambda: java() is not None, "apt-get install openjdk-17-jre-headless"),
    "spark": Need("Spark 的环境", has_spark, "make setup-spark"),
    "history": Need("上一提交的代码（git 历史）", has_history, "git fetch --unshallow", always=False),
    "shared_data": Need(
        "共享的真实数据", SHARED_DATA.is_dir, "XINGLIN_SHARED_DATA 指向它的文件夹"
    ),
}  # fmt: skip


@cache
def is_there(name: str) -> bool:
    """Whether a need of the list is met; asked once a process. An unknown name is an error."""
    if name not in NEEDS:
        raise KeyError(f"{name!r} is not in tests/lib/machine.py; there are {sorted(NEEDS)}")
    return NEEDS[name].there()


def require_all() -> bool:
    """Whether a missing program fails the run (.ci/run)."""
    return os.environ.get("XINGLIN_REQUIRE_ALL") == "1"
