"""Two or three versions of a report by their numbers: what changed, came and went; commas do not count."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.slots import Slot, normal

COUNTED = ("number", "percentage", "money", "rank", "date", "period", "blank", "lost")
LIKE = 0.5  # how much of a paragraph must be the same for it to be the same paragraph


@dataclass(frozen=True, kw_only=True)
class Change:
    """One number that differs between two neighbouring versions; `kind` is 改, 增 or 删."""

    kind: str
    version: int  # 1: between the first and the second version, 2: …
    paragraph: int  # in the later version (the earlier for 删)
    what: str
    before: str
    after: str
    context: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def compare(versions: Sequence[Document]) -> list[Change]:
    """Changes between each version and the next, in the order of the text."""
    return [
        c
        for at, pair in enumerate(pairwise(versions), 1)
        for c in _between(*(Reading(d) for d in pair), version=at)
    ]


def _between(old: Reading, new: Reading, *, version: int) -> Iterator[Change]:
    for before, after in _aligned(old, new):
        olds = _slots(old, before) if before is not None else []
        news = _slots(new, after) if after is not None else []
        for one, other in _matched(old, olds, new, news):
            if one is None or other is None or normal(one.text) != normal(other.text):
                yield _change(old, one, new, other, version)


def _aligned(old: Reading, new: Reading) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of paragraph indexes, by their words without numbers."""
    bones = [[_bone(p.text) for p in r.document.paragraphs] for r in (old, new)]
    matcher = SequenceMatcher(None, bones[0], bones[1], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(range(a, b), range(c, d), strict=True)
        else:
            yield from _likest(bones, (a, b), (c, d))


def _bone(text: str) -> str:
    return re.sub(r"[\dxX.,%‰\s，。、；：]+", "", normal(text))


def _likest(
    bones: list[list[str]], olds: tuple[int, int], news: tuple[int, int]
) -> Iterator[tuple[int | None, int | None]]:
    """Changed paragraphs, each with the most alike one of the same place."""
    left = set(range(*olds))
    for at in range(*news):
        scores = {
            o: SequenceMatcher(None, bones[0][o], bones[1][at], autojunk=False).ratio()
            for o in left
        }
        best = max(scores, key=lambda o: scores[o], default=None)
        if best is not None and scores[best] >= LIKE:
            left.discard(best)
            yield best, at
        else:
            yield None, at
    yield from ((o, None) for o in sorted(left))


def _slots(r: Reading, paragraph: int) -> list[Slot]:
    p = r.document.paragraphs[paragraph]
    return r.within(p.start, p.end, *COUNTED)


def _matched(
    old: Reading, olds: list[Slot], new: Reading, news: list[Slot]
) -> Iterator[tuple[Slot | None, Slot | None]]:
    """Slots of two paragraphs by the words around them and their units."""
    keys = [[(s.kind, s.unit, _bone(s.what)[-6:] or _bone(r.clause_before(s.start))[-6:]) for s in slots]
            for r, slots in ((old, olds), (new, news))]  # fmt: skip
    for tag, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag in ("equal", "replace") and b - a == d - c:
            yield from zip(olds[a:b], news[c:d], strict=True)
        else:
            yield from ((s, None) for s in olds[a:b])
            yield from ((None, s) for s in news[c:d])


def _change(
    old: Reading, one: Slot | None, new: Reading, other: Slot | None, version: int
) -> Change:
    r, slot = (new, other) if other else (old, one)
    assert slot is not None
    sentence = r.sentence_of(slot.start)
    context = r.raw[max(sentence.start, slot.start - 24) : min(sentence.end, slot.end + 12)]
    return Change(kind="改" if one and other else "增" if other else "删", version=version,
                  paragraph=r.document.paragraph_at(slot.start) + 1, what=slot.what or context[:12].strip(),
                  before=one.text if one else "", after=other.text if other else "", context=context.strip())  # fmt: skip
