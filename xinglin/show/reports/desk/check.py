"""Run the rules over a document: findings, what was confirmed, and the slots."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules import RULES, rule_of
from xinglin.show.reports.desk.rules.base import Hit, Rule
from xinglin.show.reports.desk.slots import Slot


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a rule says about a place; `severity` is 错误, 提示, or 已核对 for what closes."""

    rule: str
    severity: str
    start: int
    end: int
    quote: str
    reason: str
    suggest: str

    @property
    def title(self) -> str:
        return rule_of(self.rule).title


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The answer for one document."""

    document: Document
    findings: tuple[Finding, ...]
    confirmed: tuple[Finding, ...]
    slots: tuple[Slot, ...]

    @property
    def wrong(self) -> int:
        """How many are 错误."""
        return sum(f.severity == "错误" for f in self.findings)

    def as_json(self) -> dict[str, Any]:
        """`findings` and `slots`, and nothing else."""
        return {
            "findings": [asdict(f) for f in self.findings],
            "slots": [s.as_json() for s in self.slots],
        }

    def as_json_with_more(self) -> dict[str, Any]:
        """Beside them what was confirmed, and the sentences on what was not read."""
        more = {"confirmed": [asdict(f) for f in self.confirmed], "notes": list(self.document.notes)}
        return self.as_json() | more


def check(document: Document, *, off: Iterable[str] = (), only: Iterable[str] = ()) -> Checked:
    """Check a report with every rule that is not switched off."""
    reading = Reading(document)
    kept = set(only) or {rule.code for rule in RULES}
    kept -= {rule_of(code).code for code in off}
    made = [
        _finding(reading, rule, hit)
        for rule in RULES
        if rule.code in kept
        for hit in rule.check(reading)
    ]
    ordered = sorted(set(made), key=lambda f: (f.start, f.end, f.rule))
    return Checked(
        document=document,
        findings=tuple(f for f in ordered if f.severity != "已核对"),
        confirmed=tuple(f for f in ordered if f.severity == "已核对"),
        slots=tuple(reading.slots),
    )


def _finding(reading: Reading, rule: Rule, hit: Hit) -> Finding:
    grade = "已核对" if hit.ok else hit.grade or rule.grade
    return Finding(rule=rule.code, severity=grade, start=hit.start, end=hit.end,
                   quote=reading.raw[hit.start : hit.end], reason=hit.reason, suggest=hit.suggest)  # fmt: skip
