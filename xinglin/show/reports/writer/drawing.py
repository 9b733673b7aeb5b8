"""Bars as SVG, by hand: one bar a place, the value at its end; black and white print stays readable."""

from html import escape

from xinglin.show.reports.writer.document import Bars

ROW, LABEL, WIDTH, VALUE = 26, 132, 620, 84     # px
INK, BAR = "#1a1a1a", "#5a7d9a"


def svg(bars: Bars, *, face: str) -> str:
    """The chart; places without a value have a dash."""
    top = max((v for v in bars.values if v is not None), default=0.0) or 1.0
    rows = "".join(_row(n, name, value, top, bars.unit)
                   for n, (name, value) in enumerate(zip(bars.names, bars.values, strict=True)))
    height = ROW * max(1, len(bars.names)) + 8
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-label="{escape(bars.title)}" font-family="{escape(face)}" font-size="14" fill="{INK}">'
            f'<line x1="{LABEL}" y1="0" x2="{LABEL}" y2="{height}" stroke="{INK}" stroke-width="1"/>{rows}</svg>')


def _row(n: int, name: str, value: float | None, top: float, unit: str) -> str:
    y = n * ROW + 4
    middle = y + ROW / 2 + 1
    label = f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>'
    if value is None:
        return f'{label}<text x="{LABEL + 8}" y="{middle}">—</text>'
    long = max(1.0, value / top * (WIDTH - LABEL - VALUE))
    return (f'{label}<rect x="{LABEL}" y="{y}" width="{long:.1f}" height="{ROW - 10}" fill="{BAR}"/>'
            f'<text x="{LABEL + long + 8:.1f}" y="{middle}">{value:g}{escape(unit)}</text>')
