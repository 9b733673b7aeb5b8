"""Tags that say values in words; the saying itself is in wording.py."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xinglin.kernel.identity import mask_name
from xinglin.show.common import wording

register = template.Library()

MARKS = {"late": "▲", "soon": "●", "done": "✓", "info": "ⓘ"}


def _day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day_words(value: date | datetime | None) -> str:
    """「3月15日 周五」, with the year where it is not this one."""
    return wording.day_words(_day(value), today=timezone.localdate())


@register.filter
def masked(name: str | None) -> str:
    """「李**」: a name for readers without the right to see it whole."""
    return mask_name(name) if name else wording.NOTHING


@register.simple_tag
def share(numerator: int | None, denominator: int | None) -> SafeString:
    """The percentage with its fraction in reach: 68.4%　1204/1760."""
    percent = wording.percent_words(numerator, denominator)
    if not denominator or numerator is None:
        return format_html(
            '<span class="x-share"><span class="x-percent">{}</span>'
            '<span class="x-fraction">{}</span></span>',
            wording.NOTHING, percent.removeprefix(wording.NOTHING),
        )  # fmt: skip
    return format_html(
        '<span class="x-share"><span class="x-percent">{}</span>\u3000'
        '<span class="x-fraction">{}/{}</span></span>',
        percent, numerator, denominator,
    )  # fmt: skip


@register.simple_tag
def state(kind: str, words: str) -> SafeString:
    """A state as mark, words and colour together: kind is late, soon, done or info."""
    return format_html(
        '<span class="x-state x-state-{}"><span class="x-mark" aria-hidden="true">{}</span> {}</span>',
        kind, MARKS[kind], words,
    )  # fmt: skip


@register.simple_tag
def due(day: date, today: date | None = None) -> SafeString:
    """The state of a due day: ▲ 逾期 3 天, ● 今天, ⓘ 还有 20 天."""
    kind, words = wording.due_words(day, today=today or timezone.localdate())
    return state(kind, words)
