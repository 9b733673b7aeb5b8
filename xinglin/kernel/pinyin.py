"""How a Chinese character by itself is read. The dictionary comes with the first one asked for."""

from __future__ import annotations

import os
from functools import cache
from typing import Any


@cache
def reading(character: str) -> str:
    """王 → wang; what has no reading stays as it is, in small letters."""
    return str(_library().lazy_pinyin(character)[0]).lower()


@cache
def first_letter(character: str) -> str:
    """王 → w; empty for what has no reading."""
    library = _library()
    return "".join(library.lazy_pinyin(character, style=library.Style.FIRST_LETTER, errors="ignore")).lower()


@cache
def _library() -> Any:
    # Its dictionary of phrases says nothing of a character alone, and takes half a second and 30 MB.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin

    return pypinyin
