"""体检：这套系统哪里不对、怎么办；并给出核对副本用的总数。"""

import dataclasses
import json
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import county_there

app = typer.Typer(rich_markup_mode=None)


@app.command()
def doctor(
    totals: Annotated[bool, typer.Option("--totals", help="另给核对副本用的总数")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """逐项检查，有问题时退出码为 1；只看，什么也不改。"""
    county_there()
    from xinglin.kernel.home import home
    from xinglin.show.operations.checks import BAD, check_all, old_tables, worst
    from xinglin.show.operations.totals import control_totals

    found = check_all(home())
    if totals and old_tables():
        raise XinglinError("表结构比程序旧，算不出总数", do="先备份，再重启网站或运行 xinglin gather，表结构会自动升级")
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
