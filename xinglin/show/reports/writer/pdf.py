"""The report as PDF, set by typst: no program of the machine is needed.

Official typefaces are used where the county's `fonts` folder or the machine has them; else Noto Sans CJK.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import noto_cjk_sans_otc
import typst

from xinglin.show.reports.writer import layout
from xinglin.show.reports.writer.annex import HEAD, rows_of
from xinglin.show.reports.writer.compose import said_day
from xinglin.show.reports.writer.document import Bars, Block, Grid, Heading, Para, Run, Written
from xinglin.show.reports.writer.drawing import svg

SMALL = f"{layout.TABLE_SIZE}pt"


def as_pdf(written: Written, *, fonts: Sequence[Path] = ()) -> bytes:
    """The whole report. `fonts`: folders that may hold the official typefaces."""
    return _compiled(_source(written), "pdf", tuple(fonts))


@cache
def bars_png(bars: Bars) -> bytes:
    """A chart as a picture for Word."""
    drawn = json.dumps(svg(bars, face=layout.FALLBACK), ensure_ascii=False)
    return _compiled("#set page(width: auto, height: auto, margin: 2pt)\n"
                     f"#image(bytes({drawn}), format: \"svg\", width: 440pt)\n", "png", ())


def _compiled(source: str, kind: str, fonts: tuple[Path, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.typ"
        path.write_text(source, encoding="utf-8")
        made = typst.compile(str(path), format=kind, ppi=200.0,  # type: ignore[call-overload]
                             font_paths=[str(Path(noto_cjk_sans_otc.__file__).parent), *map(str, fonts)])
    return bytes(made)


def _source(written: Written) -> str:
    body = "\n".join(_block(b) for b in written.blocks)
    return f"{_PREAMBLE}\n{_title(written.title)}\n{body}\n{_ending(written)}\n{_annex(written)}\n"


def _font(face: str) -> str:
    return f"({', '.join(json.dumps(n) for n in (*layout.PDF_NAMES.get(face, ()), layout.FALLBACK))})"


_PREAMBLE = f"""
#let outer(n) = if calc.odd(n) {{ right }} else {{ left }}
#set page(paper: "a4",
  margin: (top: {layout.TOP}mm, left: {layout.LEFT}mm, right: {layout.RIGHT}mm, bottom: {layout.BOTTOM}mm),
  footer-descent: 7mm,
  footer: context align(outer(counter(page).get().first()),
    pad(x: {layout.PAGE_SIZE}pt, text(font: {_font(layout.PAGE_FACE)}, size: {layout.PAGE_SIZE}pt)[— #counter(page).display() —])))
#set text(lang: "zh", region: "cn", size: {layout.BODY_SIZE}pt, font: {_font(layout.BODY_FACE)},
  tracking: {layout.TRACKING:.3f}pt, top-edge: 0.8em, bottom-edge: -0.2em, cjk-latin-spacing: none)
#set par(leading: {layout.PITCH - layout.BODY_SIZE}pt, spacing: {layout.PITCH - layout.BODY_SIZE}pt, justify: true,
  first-line-indent: (amount: 2em, all: true))
#set table(stroke: 0.5pt, inset: (x: 4pt, y: 3pt))
#let plain(it) = {{ set par(first-line-indent: 0pt, leading: 5pt, spacing: 5pt, justify: false); set text(size: {SMALL}, tracking: 0pt); it }}
"""


def _title(words: str) -> str:
    return (f"#align(center, par(first-line-indent: 0pt, text(font: {_font(layout.TITLE_FACE)}, size: {layout.TITLE_SIZE}pt, "
            f"tracking: 0pt)[{_escaped(words)}]))\n#v({layout.PITCH}pt)")


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            face = layout.LEVEL_FACES[min(level, len(layout.LEVEL_FACES)) - 1]
            return f"#block(sticky: true, par(text(font: {_font(face)})[{_escaped(text)}]))\n"
        case Para(runs):
            return "".join(_run(r) for r in runs) + "\n"
        case Grid():
            return _grid(block)
        case Bars():
            drawn = json.dumps(svg(block, face=layout.FALLBACK), ensure_ascii=False)
            picture = f'image(bytes({drawn}), format: "svg", width: 150mm)'
            return _figure(f"{block.title}（{block.unit}）", picture) if block.names else ""
    raise TypeError(type(block).__name__)


def _run(run: Run) -> str:
    words = _escaped(run.text)
    if not run.ref:
        return words
    marked = f"#highlight[{words}]" if run.gap else words
    return f"#link(<source{run.ref}>)[{marked}]"


def _figure(title: str, body: str) -> str:
    return (f"#block(width: 100%, breakable: false, plain(align(center)[#text(font: {_font('黑体')})[{_escaped(title)}]"
            f"#v(2pt)#{body}]))\n")


def _grid(grid: Grid) -> str:
    cells = [f"[{_run(r)}]" for row in grid.rows for r in row]
    head = ", ".join(f"align(center)[{_escaped(h)}]" for h in grid.head)
    sides = ", ".join(["left", *["right"] * (len(grid.head) - 1)])
    wide = ", ".join(["auto", *["1fr"] * (len(grid.head) - 1)])
    return (f"#plain(align(center, text(font: {_font('黑体')})[{_escaped(grid.title)}]))\n"
            f"#plain(table(columns: ({wide}), align: ({sides}), table.header({head}),\n{', '.join(cells)}))\n")


def _ending(written: Written) -> str:
    line = "#align(right, pad(right: 2em, par(first-line-indent: 0pt)[{}]))"
    return "\n".join(["#v(1em)", "附件：数字来源", "", "#v(1em)", line.format(_escaped(written.office)),
                      line.format(said_day(written.day))])


def _annex(written: Written) -> str:
    rows = "\n".join(_annex_row(ref, cells) for ref, cells in rows_of(written))
    head = ", ".join(f"[{h}]" for h in HEAD)
    return (f"#set page(flipped: true, margin: (x: 20mm, y: 26mm))\n#par(first-line-indent: 0pt, text(font: {_font('黑体')})[附件])\n"
            f"{_title('数字来源')}\n#plain[#set text(size: 10pt)\n"
            f"#table(columns: (auto, 1.3fr, 2fr, 1.1fr, auto, auto, 2.4fr), align: left, table.header({head}),\n{rows})]")


def _annex_row(ref: int, cells: Sequence[str]) -> str:
    first, *rest = cells
    return f"[{first}<source{ref}>], " + ", ".join(f"[{_escaped(c)}]" for c in rest) + ","


def _escaped(text: str) -> str:
    """Words as typst content: everything that could be markup is escaped."""
    return "".join(f"\\{c}" if c in "\\#*_`$<>@[]=-+/~'\"" else c for c in text)
