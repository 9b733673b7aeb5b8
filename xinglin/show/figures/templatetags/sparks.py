"""A mini line drawn by the server: no script, prints well; hidden from readers aloud (the change says it)."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def spark(values: Sequence[float | None], *, width: int = 96, height: int = 28) -> SafeString:
    """The last months as a line with a dot at its end; gaps stay gaps; nothing for fewer than two."""
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = min(known), max(known)
    step, span = (width - 8) / max(1, len(values) - 1), (high - low) or 1.0

    def at(n: int, value: float) -> str:
        return f"{4 + n * step:.1f},{height - 4 - (value - low) / span * (height - 8):.1f}"

    lines = [" ".join(at(n, v) for n, v in run) for run in _runs(values)]
    end = at(*_last(values)).split(",")
    drawn = "".join(f'<polyline points="{points}"/>' for points in lines)
    return format_html(
        '<svg class="x-spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}<circle cx="{}" cy="{}" r="2.5"/></svg>',
        width, height, width, height, mark_safe(drawn), *end)  # noqa: S308  (numbers only)


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Unbroken stretches of known values."""
    runs: list[list[tuple[int, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((n, value))
    return [r for r in runs if r]


def _last(values: Sequence[float | None]) -> tuple[int, float]:
    return next((n, v) for n, v in reversed(list(enumerate(values))) if v is not None)
