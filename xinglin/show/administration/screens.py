"""The registers that the security administrator keeps, as data: what a list shows, what its forms ask, what they do.

Every change goes through `registry.actions`, so it is an act of the journal and the audit administrator sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.kernel.errors import XinglinError
from xinglin.registry import actions, populations
from xinglin.registry.actions import By, NewOrganisation
from xinglin.registry.models import (
    ORGANISATION_KINDS,
    PLACE_LEVELS,
    POPULATION_KINDS,
    Organisation,
    Place,
    Population,
)
from xinglin.registry.places import PlaceRow

MOST = 200
Values = Mapping[str, str]
Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A field of a form: `kind` is text, day, number, choice or password; `ready` are its choices."""

    name: str
    title: Words
    kind: str = "text"
    required: bool = True
    hint: Words = ""
    ready: Callable[[], Sequence[tuple[str, str]]] = tuple


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that may be done to a line (or, without a line, to the register)."""

    code: str
    title: Words
    asks: Sequence[Ask]
    do: Callable[[str, Values, By], None]
    said: Words
    grave: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of a register: its key, cells, whether it still holds, and the deeds that fit it."""

    key: str
    cells: Sequence[str]
    holds: bool = True
    deeds: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A register: its list, how a line is added, what is done to lines."""

    code: str
    title: Words
    words: Words
    heads: Sequence[Words]
    entries: Callable[[str], Sequence[Entry]]
    add: Deed
    deeds: Sequence[Deed] = ()
    desk: Sequence[int] = (3, 4, 5)  # columns that a phone leaves out
    under: Mapping[int, int] = field(default_factory=dict)  # column → one of these, that stands under it there

    def cells(self, entry: Entry) -> list[tuple[str, bool, str]]:
        """(what it says, left out on a phone, what stands under it there) of each cell."""
        return [(c, n in self.desk, entry.cells[self.under[n]] if n in self.under else "") for n, c in enumerate(entry.cells)]

    def deed(self, code: str) -> Deed | None:
        return next((d for d in (self.add, *self.deeds) if d.code == code), None)


# -- reading what was typed --------------------------------------------------------------------------


def day_of(values: Values, name: str = "day") -> date:
    """A typed day. XinglinError for anything else."""
    try:
        return date.fromisoformat(values.get(name, ""))
    except ValueError:
        raise XinglinError("没有填日期", do="请选一个日期") from None


def whole(values: Values, name: str, title: str) -> int:
    """A typed whole number."""
    text = values.get(name, "").replace(",", "").strip()
    if not text.isdecimal() or len(text) > 9:
        raise XinglinError(f"{title}不是整数", do="请只写数字")
    return int(text)


def reason_of(values: Values) -> str:
    """Why something ends. XinglinError when nothing is written."""
    words = values.get("why", "").strip()[:200]
    if not words:
        raise XinglinError("没有写原因", do="用一句话写为什么")
    return words


def span(first: date, end: date | None) -> str:
    """From when to when a line holds, in words."""
    start = "" if first.year <= 1900 else str(first)
    return f"{start} — {end}" if end else (f"{start} 起" if start else "—")


WHY = Ask(name="why", title=_("原因"))
DAY = Ask(name="day", title=_("从哪一天起"), kind="day")


# -- places ------------------------------------------------------------------------------------------


def _places(typed: str) -> list[Entry]:
    rows = Place.objects.select_related("parent").order_by("code")
    if typed:
        rows = rows.filter(Q(code__startswith=typed) | Q(name__contains=typed))
    return [
        Entry(key=p.code, holds=p.valid_to is None, deeds=() if p.valid_to else ("succeed",),
              cells=(p.code, p.name, PLACE_LEVELS.get(p.level, ""), p.parent.name if p.parent else "—", span(p.valid_from, p.valid_to)))
        for p in rows[:MOST]
    ]  # fmt: skip


def _add_place(_key: str, values: Values, by: By) -> None:
    code, parent = values["code"].strip(), values["parent"].strip()
    if len(code) != 12 or not code.isdecimal():
        raise XinglinError("区划代码不是 12 位数字", do="照统计用区划代码填写，不足的在右边补 0")
    above = Place.objects.filter(pk=parent).first()
    if above is None:
        raise XinglinError("登记册中没有这个上级地点", f"区划代码 {parent}", "请先登记上级")
    if Place.objects.filter(pk=code).exists():
        raise XinglinError("这个区划代码已登记", f"区划代码 {code}", "请核对代码；改名、撤并请用“撤并、改名”")
    row = PlaceRow(code, values["name"].strip(), above.level + 1, parent)
    actions.add_places(rows=[row], valid_from=day_of(values), by=by)


def _succeed(key: str, values: Values, by: By) -> None:
    new = [c for c in values["new"].replace("，", " ").replace(",", " ").split() if c]
    if not new:
        raise XinglinError("没有写接替它的区划代码", do="可写一个或几个，用空格隔开")
    actions.succeed_places(old=[key], new=new, day=day_of(values), why=reason_of(values), by=by)


PLACES = Screen(
    code="places", title=_("地点"), heads=(_("区划代码"), _("名称"), _("级别"), _("上级"), _("有效")), entries=_places,
    desk=(2, 3, 4), under={0: 2, 1: 3},
    words=_("改名、撤并不改旧的一行：登记新的代码，再写明旧的由谁接替、从哪一天起；以前的数字仍按当时的地点看。"),
    add=Deed(code="add", title=_("登记地点"), said=_("已登记地点"), do=_add_place, asks=(
        Ask(name="code", title=_("区划代码（12 位）")), Ask(name="name", title=_("名称")),
        Ask(name="parent", title=_("上级的区划代码")), DAY)),
    deeds=(Deed(code="succeed", title=_("撤并、改名"), said=_("已记下由谁接替"), do=_succeed, grave=True, asks=(
        Ask(name="new", title=_("由哪些区划代码接替"), hint=_("要先登记")), DAY, WHY)),),
)  # fmt: skip


# -- organisations -----------------------------------------------------------------------------------


def _organisations(typed: str) -> list[Entry]:
    rows = Organisation.objects.select_related("parent", "place").order_by("kind", "code")
    if typed:
        rows = rows.filter(Q(code__startswith=typed) | Q(name__contains=typed))
    return [
        Entry(key=o.code, holds=o.valid_to is None, deeds=() if o.valid_to else ("change", "close"),
              cells=(o.name, o.code, ORGANISATION_KINDS.get(o.kind, o.kind), o.parent.name if o.parent else "—", o.place.name,
                     span(o.valid_from, o.valid_to)))
        for o in rows[:MOST]
    ]  # fmt: skip


def organisations() -> list[tuple[str, str]]:
    """(code, name) of those that are open, for a choice."""
    return list(Organisation.objects.filter(valid_to=None).order_by("level", "name").values_list("code", "name"))


def _add_organisation(_key: str, values: Values, by: By) -> None:
    place = Place.objects.filter(pk=values["place"].strip()).first()
    if place is None:
        raise XinglinError("登记册中没有这个地点", f"区划代码 {values['place']}", "请先登记地点，或核对 12 位代码")
    code = values["code"].strip().upper()
    if Organisation.objects.filter(pk=code).exists():
        raise XinglinError("这个机构已登记", f"机构 {code}", "请在列表里查找")
    actions.add_organisations(by=by, rows=[NewOrganisation(
        code=code, name=values["name"].strip(), kind=values["kind"], level=place.level, place=place.code,
        parent=values["parent"] or None, valid_from=day_of(values))])  # fmt: skip


def _change_organisation(key: str, values: Values, by: By) -> None:
    parent = values["parent"] or Organisation.objects.values_list("parent_id", flat=True).get(pk=key)
    actions.change_organisation(code=key, name=values["name"], parent=parent, why=reason_of(values), by=by)


def _close(key: str, values: Values, by: By) -> None:
    actions.close_organisation(code=key, day=day_of(values), why=reason_of(values), by=by)


ABOVE = Ask(name="parent", title=_("上级机构"), kind="choice", required=False, ready=organisations)
ORGANISATIONS = Screen(
    code="organisations", title=_("机构"), entries=_organisations, desk=(1, 3, 4, 5),
    heads=(_("名称"), _("统一社会信用代码"), _("类别"), _("上级"), _("所在地"), _("有效")),
    words=_("关闭机构，它的岗位当天一起结束，记录和指标都留着。改名和换上级从今天起，改前的样子记在日志里。"),
    add=Deed(code="add", title=_("登记机构"), said=_("已登记机构"), do=_add_organisation, asks=(
        Ask(name="code", title=_("统一社会信用代码（18 位）")), Ask(name="name", title=_("名称")),
        Ask(name="kind", title=_("类别"), kind="choice", ready=lambda: list(ORGANISATION_KINDS.items())), ABOVE,
        Ask(name="place", title=_("所在地的区划代码")), DAY)),
    deeds=(
        Deed(code="change", title=_("改名、换上级"), said=_("已更改机构"), do=_change_organisation, asks=(
            Ask(name="name", title=_("名称")), ABOVE, WHY)),
        Deed(code="close", title=_("关闭"), said=_("已关闭机构，岗位一并结束"), do=_close, grave=True, asks=(DAY, WHY)),
    ),
)  # fmt: skip


# -- population figures ------------------------------------------------------------------------------


def _populations(typed: str) -> list[Entry]:
    rows = Population.objects.select_related("place").order_by("-year", "place", "kind", "-from_day")
    if typed:
        found = Q(place__code__startswith=typed) | Q(place__name__contains=typed)
        rows = rows.filter(found | Q(year=int(typed)) if typed.isdecimal() and len(typed) == 4 else found)
    return [
        Entry(key=str(p.pk), holds=p.to_day is None, deeds=() if p.to_day else ("end",),
              cells=(p.place.name, str(p.year), POPULATION_KINDS.get(p.kind, p.kind), f"{p.number:,}", p.source, span(p.from_day, p.to_day)))
        for p in rows[:MOST]
    ]  # fmt: skip


def _add_population(_key: str, values: Values, by: By) -> None:
    populations.add_population(
        place=values["place"].strip(), year=whole(values, "year", "年份"), kind=values["kind"], source=values["source"],
        number=whole(values, "number", "人数"), day=timezone.localdate(), by=by)  # fmt: skip


def _end_population(key: str, values: Values, by: By) -> None:
    populations.end_population(number=int(key), day=timezone.localdate(), why=reason_of(values), by=by)


POPULATIONS = Screen(
    code="populations", title=_("人口数"), entries=_populations, desk=(2, 4, 5),
    heads=(_("地点"), _("年份"), _("类别"), _("人数"), _("来源"), _("有效")),
    words=_("同一地点、年份、类别只有一个数有效；再登记一个，旧的从今天起停用，两行都看得到。"),
    add=Deed(code="add", title=_("登记人口数"), said=_("已登记人口数"), do=_add_population, asks=(
        Ask(name="place", title=_("区划代码（12 位）")), Ask(name="year", title=_("年份"), kind="number"),
        Ask(name="kind", title=_("类别"), kind="choice", ready=lambda: list(POPULATION_KINDS.items())),
        Ask(name="number", title=_("人数"), kind="number"),
        Ask(name="source", title=_("来源"), hint=_("谁公布的，例如：县统计局 2025 年统计公报")))),
    deeds=(Deed(code="end", title=_("停用"), said=_("已停用"), do=_end_population, grave=True, asks=(WHY,)),),
)  # fmt: skip
