"""The folder in which one county's data live. Paths only; who writes what is said elsewhere."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

PRIVATE = 0o700


@dataclass(frozen=True)
class Home:
    """Paths under one root; nothing is touched until `ensure()`."""

    root: Path

    @property
    def county_file(self) -> Path:
        """county.toml: code, name and kind ("synthetic" or "real")."""
        return self.root / "county.toml"

    @property
    def keys(self) -> Path:
        """Folder of county.key; XINGLIN_KEYS moves it away from the data."""
        elsewhere = os.environ.get("XINGLIN_KEYS")
        return Path(elsewhere).expanduser() if elsewhere else self.root / "keys"

    @property
    def app_db(self) -> Path:
        return self.root / "app.sqlite3"

    @property
    def access_db(self) -> Path:
        return self.root / "access.sqlite3"

    @property
    def lake(self) -> Path:
        """Holds catalog.sqlite and data/."""
        return self.root / "lake"

    @property
    def raw(self) -> Path:
        """Deliveries as they came, encrypted."""
        return self.root / "raw"

    @property
    def quarantine(self) -> Path:
        """Rejected files and rejection workbooks, encrypted."""
        return self.root / "quarantine"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def tmp(self) -> Path:
        """Private scratch; `empty_tmp()` at start."""
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def ensure(self) -> Home:
        """Make the folders, readable by their owner alone; returns itself."""
        folders = (
            self.root,
            self.keys,
            self.lake,
            self.lake / "data",
            self.raw,
            self.quarantine,
            self.inbox,
            self.tmp,
            self.logs,
        )
        for folder in folders:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        self.tmp.chmod(PRIVATE)
        return self

    def empty_tmp(self) -> None:
        """Remove what a killed run left: scratch files may hold names and numbers."""
        for entry in self.tmp.glob("*"):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def home() -> Home:
    """The home named by XINGLIN_HOME, else ~/.xinglin."""
    return Home(Path(os.environ.get("XINGLIN_HOME", "~/.xinglin")).expanduser())
