"""What a rule is: data with examples, and one function from a reading to hits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from xinglin.show.reports.desk.reading import Reading

WRONG, ASK = "错误", "提示"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A place where a rule speaks. `ok`: the numbers close there, which is counted as confirmed."""

    start: int
    end: int
    reason: str
    suggest: str = ""
    grade: str = ""  # WRONG or ASK; empty: the rule's own
    ok: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule with its own page: `fires` and `silent` are short texts that tests run."""

    code: str
    title: str
    sentence: str
    grade: str
    check: Callable[[Reading], Iterator[Hit]] = field(repr=False)
    fires: tuple[str, ...]
    silent: tuple[str, ...]


def number(value: float) -> str:
    """A number as it is printed: 63, 80.06, 12,000 without the comma."""
    rounded = round(value, 4)
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:g}"
