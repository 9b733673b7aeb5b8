"""Precision and recall of the Word desk on its twenty-six reports and their clean twins.

python -m bench.desk
"""

import sys
import time
from collections import Counter

from tests.lib.desk_reports import REPORTS, Planted
from xinglin.show.reports.desk.check import Finding, check
from xinglin.show.reports.desk.read import pasted
from xinglin.show.reports.desk.reading import Reading


def hits(finding: Finding, plant, reading: Reading) -> bool:
    """The rule of the plant speaks about its sentence, or over it."""
    sentence = reading.sentence_of(plant.start)
    near = finding.start <= max(sentence.end, plant.end) and finding.end >= sentence.start
    return finding.rule == plant.rule and near


def score(report: Planted) -> tuple[list, list, list, list]:
    """(found plants, missed plants, findings that answer no plant, findings in the clean twin)."""
    document = pasted(report.faulty)
    found, reading = check(document).findings, Reading(document)
    plants = report.plants
    seen = [p for p in plants if any(hits(f, p, reading) for f in found)]
    extra = [f for f in found if not any(hits(f, p, reading) for p in plants)]
    return (
        seen,
        [p for p in plants if p not in seen],
        extra,
        list(check(pasted(report.clean)).findings),
    )


def totals() -> tuple[float, float, int]:
    """(precision, recall, findings in clean twins)."""
    scored = [score(r) for r in REPORTS]
    right, missed, extra, clean = (sum(len(s[i]) for s in scored) for i in range(4))
    return right / (right + extra), right / (right + missed), clean


def main() -> None:
    start = time.perf_counter()
    by_rule: dict[str, Counter] = {}
    for report in REPORTS:
        seen, missed, extra, clean = score(report)
        for name, rules in (("found", [p.rule for p in seen]), ("missed", [p.rule for p in missed]),
                            ("extra", [f.rule for f in extra]), ("clean", [f.rule for f in clean])):  # fmt: skip
            for rule in rules:
                by_rule.setdefault(rule, Counter())[name] += 1
        print(
            f"{report.name:<10} found {len(seen)} missed {len(missed)} extra {len(extra)} in clean twin {len(clean)}"
        )
    for rule, counts in sorted(by_rule.items()):
        print(f"  {rule:<16} {dict(counts)}")
    precision, recall, clean = totals()
    print(
        f"precision {precision:.3f} (≥ 0.9), recall {recall:.3f} (≥ 0.8), findings in clean twins {clean}, {time.perf_counter() - start:.2f} s"
    )
    if precision < 0.9 or recall < 0.8 or clean:
        sys.exit("the desk is below its floor")


if __name__ == "__main__":
    main()
