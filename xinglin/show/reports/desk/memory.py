"""What a person said of a row, kept for the next report: by the words around the number, not by its place.

Only names, offices, scopes, units and bindings; never a number, never a sentence of the report: the
words around are kept as a digest.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.adopt import Row

KEPT = ("name", "office", "scope", "unit", "figure")
TOLD = (*KEPT, "above", "chosen", "note")  # what a page may say of a row while it is open
LONGEST, MOST = 60, 5000
REASON = 200
BEFORE, AFTER = 10, 5
Known = dict[str, dict[str, str]]
MOVED = re.compile(r"上升|提高|增长|增加|提升|升高|下降|降低|减少|持平|待填")


def key_of(context: str) -> str:
    """The digest of the words around 【the number】; digits, years and words of change do not count."""
    before, _, rest = context.partition("【")
    after = rest.partition("】")[2]
    words = f"{_bone(before)[-BEFORE:]}|{_bone(after)[:AFTER]}"
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


def _bone(words: str) -> str:
    return MOVED.sub("", re.sub(r"[^\u4e00-\u9fff]|[年月日]", "", words))


def by_place(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by their key; those that stand in the same words twice are left out."""
    rows = list(rows)
    counts = Counter(key_of(row.context) for row in rows)
    return {key: row for row in rows if counts[key := key_of(row.context)] == 1}


def to_keep(rows: Iterable[Row], told: Mapping[str, Mapping[str, str]]) -> Known:
    """What of this session's words is worth keeping: key → fields that a person set."""
    kept = {}
    for key, row in by_place(rows).items():
        said = told.get(f"{row.code}|{row.last}", {})
        fields = {f: said[f] for f in KEPT if f in said}
        if fields:
            kept[key] = fields
    return kept


def from_memory(rows: Iterable[Row], memory: Mapping[str, Mapping[str, str]]) -> Known:
    """The memory as `adopt` takes it: by code and number of this report."""
    return {f"{row.code}|{row.last}": dict(memory[key])
            for key, row in by_place(rows).items() if key in memory}  # fmt: skip


def joined(*known: Mapping[str, Mapping[str, str]]) -> Known:
    """Several memories in one; the later one wins field by field."""
    made: Known = {}
    for each in known:
        for key, fields in each.items():
            made[key] = made.get(key, {}) | dict(fields)
    return made


def parse(text: str, *, fields: tuple[str, ...] = TOLD) -> Known:
    """What a browser sent, as it may be: known fields, short words, not too many."""
    try:
        sent = json.loads(text or "{}")
        found = {str(key)[:LONGEST]: {f: _short(f, said[f]) for f in fields if f in said}
                 for key, said in list(sent.items())[:MOST]}  # fmt: skip
    except (ValueError, TypeError, AttributeError) as problem:
        raise XinglinError("看不懂页面送来的改动", do="请刷新页面，再选一次报告") from problem
    return {key: said for key, said in found.items() if said}


def _short(field: str, words: object) -> str:
    return str(words).strip()[: REASON if field == "note" else LONGEST]
