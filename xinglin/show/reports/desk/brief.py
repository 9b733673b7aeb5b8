"""One page for the leader: ten figures, their change, one sentence why; from the same rows."""

import io
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xinglin.show.reports.desk.adopt import PLANNED, Row
from xinglin.show.reports.desk.collect import number_of

TEN = 10
WEIGHT = (  # what leaders ask about first
    (re.compile(r"死亡率|发病率|管理率|控制率|就诊率|签约率|接种率|覆盖率|治疗率"), 3.0),
    (re.compile(r"诊疗|门诊|住院|投资|资金|费用|编制|招录|出生|床位|签约"), 2.0),
)
WIDTHS = (3.7, 2.8, 2.8, 3.1, 3.8)  # centimetres; together the width of the text
POINTS = ("%", "‰", "/10万")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the brief; `change` and `why` are ready sentences."""

    name: str
    now: str
    last: str
    change: str
    why: str
    office: str


def brief(rows: Iterable[Row]) -> list[Line]:
    """The ten most telling rows, at most two a paragraph, in the order of the report."""
    known = [
        row
        for row in rows
        if number_of(row.used) is not None
        and "基数" not in row.note + row.name
        and row.scope != PLANNED
        and not row.name.endswith(("增幅", "增减"))
    ]
    chosen: list[Row] = []
    for row in sorted(known, key=weight, reverse=True):
        same = sum(1 for other in chosen if other.paragraph == row.paragraph)
        if same < 2 and row.name not in {other.name for other in chosen}:
            chosen.append(row)
        if len(chosen) == TEN:
            break
    return [_line(row) for row in sorted(chosen, key=lambda row: row.code)]


def weight(row: Row) -> float:
    """How telling a row is: its kind, times how much it moved."""
    kind = next((w for pattern, w in WEIGHT if pattern.search(row.name)), 1.0)
    last, now = number_of(row.last), number_of(row.used) or 0.0
    moved = abs(now - last) / abs(last) if last else 0.05
    return kind * (0.2 + min(moved, 1.0)) + (0.3 if row.note else 0)


def _line(row: Row) -> Line:
    last, now = number_of(row.last), number_of(row.used) or 0.0
    change, why = "去年没有这个数", row.note
    if last is not None:
        change = change_of(last, now, row.unit)
        why = row.note or _plain_why(row, last, now)
    return Line(
        name=row.name,
        now=row.used + row.unit,
        last=row.last + row.unit if row.last else "—",
        change=change,
        why=why,
        office=row.office,
    )


def change_of(last: float, now: float, unit: str) -> str:
    """升 2.4 个百分点, 减 120 人（8.0%）, 持平."""
    if now == last:
        return "持平"
    size = f"{abs(now - last):.6g}"
    if unit == "位次":
        return f"{'后退' if now > last else '前进'} {size} 位"
    if unit == "%":
        return f"{'升' if now > last else '降'} {size} 个百分点"
    share = "" if unit in POINTS or not last else f"（{abs(now - last) / abs(last) * 100:.1f}%）"
    return f"{'增' if now > last else '减'} {size}{unit}{share}"


def _plain_why(row: Row, last: float, now: float) -> str:
    moved = abs(now - last) / abs(last) if last else 0
    if moved < 0.02:
        return "与去年大体相当。"
    return f"变化{'较大' if moved > 0.2 else '明显' if moved > 0.05 else '不大'}，原因请{row.office}补一句。"


def as_word(lines: list[Line], *, title: str) -> bytes:
    """The brief on one A4 page."""
    tree = docx.Document()
    section = tree.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    style = tree.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    heading = tree.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(title)
    run.bold, run.font.size = True, Pt(18)
    table = tree.add_table(rows=1, cols=5, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _cells(table.rows[0].cells, ["指标", "今年", "去年", "变化", "一句话"], bold=True)
    for line in lines:
        _cells(table.add_row().cells, [line.name, line.now, line.last, line.change, line.why])
    table.autofit = False
    for at, width in enumerate(WIDTHS):
        table.columns[at].width = Cm(width)
        for cell in table.columns[at].cells:
            cell.width = Cm(width)
    held = io.BytesIO()
    tree.save(held)
    return held.getvalue()


def _cells(cells: tuple[docx.table._Cell, ...], words: list[str], *, bold: bool = False) -> None:
    for cell, text in zip(cells, words, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
        paragraph.add_run(text).bold = bold


def as_json(lines: list[Line]) -> list[dict[str, str]]:
    """The lines as dictionaries."""
    return [asdict(line) for line in lines]
