"""日志：verify 核验操作与查阅两条日志是否被改动。"""

import json
import sys
from typing import Annotated

import typer

from xinglin.site.commands import county_there, databases_ready

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def journal() -> None:
    """日志的核验。"""


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """逐条核验两条日志；发现一处被改动，即指出并以 1 退出。"""
    county_there()
    databases_ready()
    from xinglin.journal.queries import verify as verify_all

    report = verify_all()
    bad = str(report.first_bad) if report.first_bad else None
    if as_json:
        told = {
            "ok": report.ok,
            "checked": report.checked,
            "unsealed": report.unsealed,
            "first_bad": bad,
        }
        print(json.dumps(told, ensure_ascii=False))
    elif report.ok:
        print(f"日志完好：核验 {report.checked} 条，其中 {report.unsealed} 条等待封存。")
    else:
        print(f"日志被改动：{bad}。请立即告知审计管理员，保留现场，不要重启或恢复备份。")
    if not report.ok:
        sys.exit(1)
