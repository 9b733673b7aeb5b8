"""Refusals at the author's own line: what is wrong, where it was written, what to write instead."""

import sys
from pathlib import Path
from typing import NoReturn

from xinglin.kernel.errors import XinglinError

_HERE = str(Path(__file__).parent)


class DeclarationError(XinglinError):
    """A declaration that the language refuses."""


def authors_line() -> str:
    """`folder/file:line` of the nearest caller outside the language itself."""
    frame = sys._getframe(1)
    while frame.f_back and (
        frame.f_code.co_filename.startswith((_HERE, "<"))
        or "dataclasses" in frame.f_code.co_filename
    ):
        frame = frame.f_back
    return f"{'/'.join(Path(frame.f_code.co_filename).parts[-2:])}:{frame.f_lineno}"


def refuse(what: str, do: str = "", where: str = "") -> NoReturn:
    """Raise a DeclarationError that names the author's line."""
    raise DeclarationError(what, where or authors_line(), do) from None
