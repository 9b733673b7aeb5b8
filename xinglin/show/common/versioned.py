"""Static addresses carry a digest of the file (?v=…), so browsers may keep files for a month."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStorage(StaticFilesStorage):
    """Serves the files where they lie in the apps; `url` adds the digest of the content."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        digest = _digest_of(name) if name else ""
        return f"{address}?v={digest}" if digest else address


def _digest_of(name: str) -> str:
    path = _found(name)
    return _digest(path, path.stat().st_mtime_ns) if path else ""


@lru_cache(maxsize=512)
def _found(name: str) -> Path | None:
    path = finders.find(name)
    return Path(path) if isinstance(path, str) else None


@lru_cache(maxsize=512)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
