"""The key that signs sessions and forms: made once, kept beside the county's other keys."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Read `django.key` in the keys folder, or make it (mode 0600) on the first start."""
    path = folder / "django.key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return _make(path)


def _make(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    half_written = path.with_name(f".django.key.{os.getpid()}")
    handle = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key)
    try:
        os.link(half_written, path)  # the first of two processes that start together wins
    except FileExistsError:
        key = path.read_text(encoding="ascii")
    finally:
        half_written.unlink()
    return key
