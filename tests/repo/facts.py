"""What git tracks, read once for the facts about the repository."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".html", ".css", ".js", ".svg", ".csv", ".po", ".sh",
        ".yml", ".yaml", ".cfg", ".sql", ""}  # fmt: skip


@cache
def tracked() -> list[Path]:
    """Every file that git tracks or would track, and that is still there."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


def texts(*, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(path, text) of tracked text files, without those whose path begins with one of `but`."""
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if path.suffix in TEXT and not name.startswith(but):
            found.append((name, path.read_text(encoding="utf-8")))
    return found


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    """file:line of every match in tracked text."""
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts(but=but)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
