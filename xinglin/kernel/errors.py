"""The one shape of an error that a person will read: what, where, what to do."""

from __future__ import annotations


class XinglinError(Exception):
    """A refusal in the reader's own words.

    `what` says what is wrong, `where` the place (file:line, row and column), `do` the way
    out; all in Chinese and without personal data, since errors are logged and shown.
    """

    def __init__(self, what: str, where: str = "", do: str = "") -> None:
        super().__init__(what, where, do)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        text = self.what.rstrip("。")
        if self.where:
            text += f"（{self.where}）"
        if self.do:
            text += f"。{self.do.rstrip('。')}"
        return text + "。"
