"""A checked report as paragraphs of stretches, for the page that marks the text."""

from dataclasses import dataclass

from xinglin.show.reports.desk.check import Checked, Finding

SHAPES = {"错误": "late", "提示": "soon", "已核对": "done"}


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Words with the number of the finding they belong to (0: none)."""

    words: str
    number: int = 0
    shape: str = ""


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A paragraph: its stretches, and the findings that begin in it with their numbers."""

    number: int
    heading: bool
    stretches: tuple[Stretch, ...]
    findings: tuple[tuple[int, str, Finding], ...]


def marked(checked: Checked) -> list[Marked]:
    """Every paragraph of the report, findings numbered in the order of the text."""
    numbered = list(enumerate((f for f in checked.findings), 1))
    made = []
    for index, p in enumerate(checked.document.paragraphs):
        own = [(n, f) for n, f in numbered if p.start <= f.start < max(p.end, p.start + 1)]
        made.append(Marked(number=index + 1, heading=len(p.text) < 40 and not p.text.rstrip().endswith("。"),
                           stretches=tuple(_stretches(p.text, p.start, own)),
                           findings=tuple((n, SHAPES[f.severity], f) for n, f in own)))  # fmt: skip
    return made


def _stretches(text: str, start: int, own: list[tuple[int, Finding]]) -> list[Stretch]:
    """The text cut at findings; where two overlap the later one begins after the earlier."""
    found, at = [], 0
    for number, f in own:
        low, high = max(at, f.start - start), min(len(text), f.end - start)
        if low >= high:
            continue
        found += [
            Stretch(words=text[at:low]),
            Stretch(words=text[low:high], number=number, shape=SHAPES[f.severity]),
        ]
        at = high
    return [s for s in [*found, Stretch(words=text[at:])] if s.words]
