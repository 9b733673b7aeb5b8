"""谁看过: who looked at a person, in the words of pages and purposes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from xinglin.journal.models import Access, Act
from xinglin.journal.queries import accesses_of
from xinglin.registry.models import Organisation, Staff
from xinglin.registry.openings import EMERGENCY, reasons_about
from xinglin.registry.permissions import PURPOSES
from xinglin.show.common.definitions import catalog

SHOWN = 200             # looks of a page
MOST_DIGITS = 19        # of an entry's number: what a database holds
SEEN = {
    "person.page": "居民页",
    "person.event": "一条记录",
    "person.seen": "谁看过",
    "person.refused": "申请查看，未获准",
    "person.why": "为什么能看到",
    "visit.form": "随访表",
    "today.list": "今日名单",
    "today.print": "打印今日名单",
    "today.suspects": "待核实名单",
    "today.loops": "未了闭环",
    "today.lost": "失访待确认",
    "today.backfill": "补录",
    "today.village": "按村名单",
    "find": "查找结果",
    "audit.looks": "审计：查谁看过",
    "people.duplicates": "疑似重复档案",
    "figure.rows": "指标名单",
    "figure.row": "指标名单中的一条",
    "figure.exported": "导出指标名单",
    "figure.rows.refused": "申请查看指标名单，未获准",
    "delivery.workbook": "下载退回的行",
    "platform.export": "按省平台模板导出",
}


@dataclass(frozen=True)
class Look:
    """One line of 谁看过."""

    at: datetime
    by: str
    org: str
    purpose: str
    what: str
    refused: bool
    reason: str = ""


@dataclass(frozen=True)
class Looks:
    """A page of looks, newest first. `older`: the entry before which there are more; None at the end."""

    lines: list[Look]
    older: int | None = None


def looks_of(number: int, *, before: int | None = None) -> Looks:
    """Who looked at a person, and the reasons that were asked of them."""
    found, older = page_of(accesses_of(number, before=before, limit=SHOWN + 1))
    since = found[-1].at if older else None
    until = Access.objects.filter(seq=before).values_list("at", flat=True).first() if before else None
    said = [a for a in reasons_about(number) if (since is None or a.at >= since) and (until is None or a.at < until)]
    staff = dict(Staff.objects.filter(pk__in={a.actor for a in (*found, *said)}).values_list("code", "name"))
    orgs = dict(
        Organisation.objects.filter(pk__in={a.org for a in (*found, *said)}).values_list("code", "name")
    )
    lines = [look_of(a, staff, orgs) for a in found] + [_reasoned(a, staff, orgs) for a in said]
    return Looks(sorted(lines, key=lambda look: look.at, reverse=True), older)


def page_of(found: list[Access]) -> tuple[list[Access], int | None]:
    """The entries of a page, of one more than it shows, and the entry from which the next page goes on."""
    shown = found[:SHOWN]
    return shown, shown[-1].seq if len(found) > SHOWN else None


def entry(text: str) -> int | None:
    """An entry's number as an address or a form brings it; None where it is none."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else None


def _reasoned(act: Act, staff: Mapping[str, str], orgs: Mapping[str, str]) -> Look:
    what = "紧急查看" if act.kind == EMERGENCY else "写明原因后打开"
    return Look(act.at, staff.get(act.actor, act.actor), orgs.get(act.org, ""), "—", what, False,
                act.payload.get("reason", ""))  # fmt: skip


def look_of(access: Access, staff: Mapping[str, str], orgs: Mapping[str, str]) -> Look:
    """An access as a line; `staff` and `orgs`: code → name."""
    refused = access.purpose == "refused" or ".refused" in access.what
    what = SEEN["person.refused"] if access.purpose == "refused" else seen_words(access.what)
    return Look(access.at, staff.get(access.actor, access.actor), orgs.get(access.org, ""),
                PURPOSES.get(access.purpose, "—"), what, refused)  # fmt: skip


def seen_words(what: str) -> str:
    """「指标名单：高血压控制率」: the page by its name, and what of ours it was about by its title."""
    page, _colon, about = what.partition(":")
    said = SEEN.get(page, page)
    return f"{said}：{_about(about)}" if about else said


def _about(code: str) -> str:
    found = catalog()
    if code in found.indicators:
        return found.indicators[code][-1].title
    if code in found.records:
        return found.records[code].about.title
    return f"交付 {code}" if code.isdecimal() else code
