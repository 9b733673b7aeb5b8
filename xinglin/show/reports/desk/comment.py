"""Findings as real Word comments at their places, in a copy of the report."""

from collections.abc import Iterator

from xinglin.show.reports.desk.check import Checked, Finding
from xinglin.show.reports.desk.edit import Edit, apply


def commented(checked: Checked) -> bytes:
    """The bytes of a .docx; a .txt, .pdf or pasted report becomes a plain Word file first."""
    return apply(checked.document, _edits(checked))


def _edits(checked: Checked) -> Iterator[Edit]:
    for finding in checked.findings:
        yield Edit(start=finding.start, end=_end(checked, finding), comment=_words(finding))


def _end(checked: Checked, finding: Finding) -> int:
    """Not beyond the paragraph: a comment over several paragraphs stands at the first."""
    paragraph = checked.document.paragraphs[checked.document.paragraph_at(finding.start)]
    return min(finding.end, paragraph.end)


def _words(finding: Finding) -> str:
    suggest = f"\n建议：{finding.suggest}" if finding.suggest else ""
    return f"【{finding.severity}·{finding.title}】{finding.reason}{suggest}"
