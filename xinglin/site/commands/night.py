"""夜间任务：接收、推算、计算指标、更新清单、整理；中断后再运行会接着做。"""

from datetime import date
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

app = typer.Typer(rich_markup_mode=None)


@app.command()
def night(
    day: Annotated[str, typer.Option(help="算到哪一天，YYYY-MM-DD；默认今天")] = "",
    full: Annotated[bool, typer.Option("--full", help="全部重算，不用增量")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """运行一夜的各步，每步打印做了什么。"""
    databases_ready()
    from xinglin.kernel.home import home
    from xinglin.show.operations.clock import day_of_tonight
    from xinglin.site.night import run

    chosen = _day(day) if day else day_of_tonight(home())
    say = (lambda _: None) if as_json else lambda title: print(f"· {title}", flush=True)
    report = run(home(), day=chosen, full=full, say=say)
    if as_json:
        print(report.as_json())
        return
    for name, done in report.steps.items():
        told = "　".join(f"{k} {v}" for k, v in done.items() if k != "seconds")
        print(f"{name}　{done['seconds']} 秒　{told}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise XinglinError(f"“{text}”不是有效日期", "--day", "写成 YYYY-MM-DD") from None
