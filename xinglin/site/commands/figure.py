"""指标：一个指标在一个时期、一个地方的数值、分子分母、分列与名单。"""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import county_there, databases_ready

if TYPE_CHECKING:
    from xinglin.know.indicators.members import Member
    from xinglin.know.indicators.queries import Amount, Asked, Figure, Part

app = typer.Typer(rich_markup_mode=None)


@app.command()
def figure(
    code: Annotated[str, typer.Argument(help="指标代码，如 htn.bp_controlled")],
    period: Annotated[str, typer.Option(help="时期：2026、2026Q1、2026-03")],
    place: Annotated[str, typer.Option(help="区划代码，6、9 或 12 位；不写为全县")] = "",
    by: Annotated[str, typer.Option(help="分列：township、village、org、month 或指标自己的分组")] = "",
    group: Annotated[list[str] | None, typer.Option(help="只看一组，如 disease=dengue；可重复")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="列出名单（居民编号），记入查阅日志")] = False,
    purpose: Annotated[str, typer.Option(help="查阅名单的目的")] = "统计核对",
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """打印一个指标；数据截至昨夜。"""
    from xinglin.know.indicators import members, queries

    asked = _ask(code, period)
    where = dict(_pair(g) for g in group or [])
    found = queries.figure(asked, place=place, where=where)
    listed = members.members(asked, place=place, where=where) if rows else []
    if rows:
        _note_access(found, listed, purpose)
    divided = queries.parts(asked, by, place=place, where=where) if by else []
    if as_json:
        print(json.dumps(_as_json(found, divided, listed), ensure_ascii=False))
    else:
        _print(found, divided, listed)


def _ask(code: str, period: str) -> "Asked":
    from xinglin.kernel.dates import Period
    from xinglin.kernel.home import home
    from xinglin.know.indicators import queries
    from xinglin.know.indicators.readers import opener
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog

    editions = catalog().indicator(code)
    lake = open_lake(home(), read_only=True)
    con = lake.cursor()
    day = queries.last_day(con) or date.today()  # noqa: DTZ011  the county's own calendar day
    return queries.ask(con, editions, Period.parse(period), open_=opener(con, day), day=day,
                       snapshot=lake.snapshot())


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise XinglinError(f"看不懂分组“{text[:40]}”", "--group", "写成 名称=值，如 disease=dengue")
    return name, value


def _note_access(found: "Figure", listed: "list[Member]", purpose: str) -> None:
    """The list is printed only if its access event was stored."""
    import getpass

    county_there()
    databases_ready()
    from xinglin.journal.actions import record_access

    record_access(actor=f"命令行:{getpass.getuser()}", purpose=purpose,
                  what=f"指标名单 {found.indicator.code} {found.period}",
                  persons=[m.person for m in listed if m.person is not None], page="xinglin figure --rows")


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _numbers(amount: "Amount") -> dict[str, Any]:
    return {"numerator": _number(amount.numerator), "denominator": _number(amount.denominator),
            "value": amount.value, "unknown": amount.unknown}


def _as_json(found: "Figure", divided: "list[Part]", listed: "list[Member]") -> dict[str, Any]:
    return {
        "figure": found.indicator.code, "title": found.indicator.title, "period": found.period.text,
        "place": found.place, **_numbers(found.amount), "unit": found.indicator.unit, "text": found.text,
        "by": [{"key": p.key, **_numbers(p.amount)} for p in divided],
        "rows": [{"unit": m.unit, "person": m.person, "place": m.place, "org": m.org, "part": m.part,
                  "counted": m.counted, "unknown": m.unknown} for m in listed],
        "population": found.indicator.population, "definition": found.indicator.words,
        "edition": found.indicator.since.isoformat(), "fingerprint": found.fingerprint,
        "snapshot": found.snapshot, "day": found.day.isoformat(), "notes": list(found.notes),
    }


def _print(found: "Figure", divided: "list[Part]", listed: "list[Member]") -> None:
    from xinglin.know.indicators.queries import plain, text

    amount = found.amount
    below = f"　{plain(amount.numerator)}/{plain(amount.denominator)}" if amount.denominator is not None else ""
    print(f"{found.indicator.title}　{found.period.label}　{found.text}{below}")
    print(f"数据截至 {found.day}（昨夜）；口径自 {found.indicator.since} 起；人群：{found.indicator.population}")
    for note in found.notes:
        print(f"注：{note}")
    for part in divided:
        print(f"  {part.key or '未归属'}　{text(found.indicator, part.amount)}")
    for member in listed:
        mark = "✓" if member.counted else "·"
        print(f"  {mark} {member.person or member.unit}　{member.place}　{member.org}")
