"""Tags that draw the parts of the design system; their templates lie in templates/common/parts/."""

from itertools import count
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xinglin.show.common.charts import Chart
from xinglin.show.common.tables import Table

register = template.Library()
_numbers = count(1)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of icons.svg; only beside a word, so it is hidden from readers aloud."""
    return format_html(
        '<svg class="x-icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("common/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def chart(drawn: Chart) -> str:
    """A chart with its table folded under it."""
    return render_to_string(
        "common/parts/chart.html", {"chart": drawn, "id": f"chart-{next(_numbers)}"}
    )


@register.simple_tag
def table(drawn: Table) -> str:
    """A table with sticky header; an empty one says what would bring rows."""
    return render_to_string("common/parts/table.html", {"table": drawn})


@register.simple_tag
def empty(what: str, then: str = "") -> str:
    """An empty place that teaches: what is not there, and what brings it."""
    return render_to_string("common/parts/empty.html", {"what": what, "then": then})


@register.simple_tag
def skeleton(lines: int = 5) -> str:
    """Grey lines of the size of what will arrive by HTMX, so that nothing jumps."""
    return render_to_string("common/parts/skeleton.html", {"lines": range(lines)})


@register.inclusion_tag("common/parts/figure_tile.html")
def figure_tile(
    *,
    title: str,
    numerator: int | None = None,
    denominator: int | None = None,
    value: str = "",
    change: str = "",
    target: str = "",
    address: str = "",
    note: str = "",
) -> dict[str, Any]:
    """A figure: title, value or share, change, target; opens `address`. `note` is a data note."""
    return {
        "title": title, "numerator": numerator, "denominator": denominator, "value": value,
        "change": change, "target": target, "address": address, "note": note,
    }  # fmt: skip
