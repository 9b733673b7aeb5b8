"""Numbers and clauses in words."""

from collections.abc import Iterable
from datetime import date

from xinglin.declare.norm import PICKED_WORDS, Norm, Since
from xinglin.declare.words import norm_value
from xinglin.show.handbook.markdown import table


def last_change(norms: Iterable[Norm]) -> date:
    """The last day on which one of these numbers changes; pages without a clock speak of it."""
    return max((s.day for n in norms for s in n.history), default=date(2017, 2, 28))


def numbers(norms: Iterable[Norm], on: date) -> list[str]:
    """Each number with its value on a day, since when, how it is picked, clause and earlier values."""
    head = ("项", "现值", "自", "取值", "条款", "沿革")
    return table(head, [_row(n, on) for n in norms])


def _row(norm: Norm, on: date) -> tuple[str, ...]:
    held = norm.line(on)
    past = "；".join(_past(norm, s) for s in norm.history if s is not held)
    if held is None:
        return norm.title, "尚未生效", str(norm.first_day), PICKED_WORDS[norm.picked_by], "", past
    return (
        norm.title,
        amount(norm, held),
        str(held.day),
        PICKED_WORDS[norm.picked_by],
        str(held.clause),
        past,
    )


def amount(norm: Norm, line: Since) -> str:
    """A value with its unit."""
    return f"{norm_value(line.value)} {norm.unit if line.value is not None else ''}".strip()


def _past(norm: Norm, line: Since) -> str:
    return f"{line.day} 起 {amount(norm, line)}（{line.clause.text}）"
