"""Which program computes: a short name that changes with any file that a figure or a plan is made by."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import xinglin

_PARTS = ("kernel", "declare", "datasets", "lake", "know", "act", "packs", "localities")
_LIBRARIES = ("ibis-framework", "duckdb")


@cache
def program() -> str:
    """12 hex characters over the files of the language, the engines and the packs, and the libraries."""
    root = Path(xinglin.__file__).parent
    files = sorted(f for part in _PARTS for f in (root / part).rglob("*")
                   if f.is_file() and "__pycache__" not in f.parts)
    told = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    for file in files:
        told.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:12]
