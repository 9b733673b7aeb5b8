"""体检：这套系统哪里不对、怎么办；并给出核对副本用的总数。"""

import dataclasses
import json
from typing import Annotated

import typer

from xinglin.site.commands import databases_ready

app = typer.Typer(rich_markup_mode=None)


@app.command()
def doctor(
    totals: Annotated[bool, typer.Option("--totals", help="另给核对副本用的总数")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """逐项检查，有问题时退出码为 1。"""
    databases_ready()
    from xinglin.kernel.home import home
    from xinglin.show.operations.checks import BAD, check_all, worst
    from xinglin.show.operations.totals import control_totals

    found = check_all(home())
    counted = control_totals(home()) if totals else {}
    if as_json:
        print(json.dumps({"state": worst(found), "checks": [dataclasses.asdict(c) for c in found], "totals": counted},
                         ensure_ascii=False))
    else:
        for check in found:
            print(f"{check.state}　{check.title}：{check.words}" + (f"。{check.do}" if check.do else ""))
        for name, value in counted.items():
            print(f"{name}　{value}")
    if worst(found) == BAD:
        raise typer.Exit(1)
