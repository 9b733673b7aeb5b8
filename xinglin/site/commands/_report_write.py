"""`xinglin report write`: a year's report from the county's own figures, as Word and PDF, with its trace."""

import json
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from xinglin.kernel.errors import XinglinError


def write(
    year: Annotated[int, typer.Option(help="哪一年的报告")],
    out: Annotated[Path, typer.Option(help="写进这个文件夹")],
    as_of: Annotated[str, typer.Option("--as-of", help="截至哪一天，如 2026-09-30；不写为昨夜")] = "",
    code: Annotated[str, typer.Option("--report", help="报告代码；不写为第一份")] = "",
    edition: Annotated[int, typer.Option(help="重新取出已定稿的第几稿")] = 0,
    freeze: Annotated[bool, typer.Option("--freeze", help="定稿：钉住数据版本，此后不再变")] = False,
    reason: Annotated[str, typer.Option(help="同一年再定一稿的理由")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """由系统指标写出年度报告（.docx、.pdf）；每个数有来源，缺的数列出由谁补。"""
    from xinglin.site.commands import databases_ready

    began = time.perf_counter()
    databases_ready()
    from xinglin.show.reports.annual.write import Asked, write_files
    from xinglin.site.load import catalog

    here = catalog()
    asked = Asked(report=here.report(code or next(iter(here.reports), "")), year=year, as_of=_day(as_of))
    report = _reopened(asked, edition) if edition else _written(asked, freeze=freeze, reason=reason)
    files = write_files(report, out)
    _say(report, files, time.perf_counter() - began, as_json=as_json)


def _written(asked: Any, *, freeze: bool, reason: str) -> Any:
    from xinglin.kernel.home import home
    from xinglin.lake.store import open_lake
    from xinglin.show.reports.annual import actions
    from xinglin.show.reports.annual.write import lake_here, written
    from xinglin.site.load import catalog

    if not freeze:
        return written(lake_here(), catalog(), asked)
    lake = open_lake(home())
    draft = written(lake, catalog(), asked)
    return actions.freeze(lake, draft, as_of=asked.as_of, actor="system", org="", reason=reason).written


def _reopened(asked: Any, number: int) -> Any:
    from xinglin.show.reports.annual.queries import edition, editions

    found = edition(asked.report.code, number)
    if found is None or found.year != asked.year:
        held = "、".join(str(e.number) for e in editions(asked.report.code, asked.year)) or "没有"
        raise XinglinError(f"{asked.year} 年没有第 {number} 稿", "--edition", f"已定稿：{held}")
    return found.written


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise XinglinError(f"看不懂日期“{text[:20]}”", "--as-of", "写成 2026-09-30") from None


def _say(report: Any, files: list[Path], seconds: float, *, as_json: bool) -> None:
    figures = len({t.code for t in report.trace if t.kind == "系统计算"})
    if as_json:
        print(json.dumps({
            "title": report.title, "year": report.year, "day": report.day.isoformat(), "edition": report.edition,
            "files": [str(f) for f in files], "figures": figures, "numbers": len(report.trace),
            "owed": [asdict(o) for o in report.owed], "seconds": round(seconds, 2),
            "trace": [{k: str(v) if isinstance(v, date) else v for k, v in asdict(t).items()} for t in report.trace],
        }, ensure_ascii=False))
        return
    print(f"{report.title}：{figures} 个指标，{len(report.trace)} 个数，数据截至 {report.day}，用时 {seconds:.1f} 秒")
    for path in files:
        print(f"  {path}")
    for one in report.owed:
        print(f"  缺：{one.title}，由{one.office}补（{one.why}）")
