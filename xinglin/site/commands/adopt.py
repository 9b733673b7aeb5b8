"""认领：县目录搬了家以后，让 PostgreSQL 数据库认新的地方；副本不要认领。"""

import json
import os
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.postgresql import VARIABLE, address_of

app = typer.Typer(rich_markup_mode=None)


@app.command()
def adopt(as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False) -> None:
    """数据库从此只认这个县目录；原来的地方再也打不开它。先停下原处的网站和定时任务。"""
    from xinglin.kernel.home import home
    from xinglin.lake.belonging import adopt as take
    from xinglin.lake.belonging import has_data

    here, address = home(), address_of(os.environ)
    if address is None:
        raise XinglinError("没有给出数据库的地址", f"环境变量 {VARIABLE}", "数据库是 SQLite 文件的县目录搬了家不用认领，直接用")
    if not has_data(here) and not here.county_file.exists():
        raise XinglinError("这里没有县", str(here.root), "把 XINGLIN_HOME 指向搬过来的县目录")
    before = take(here, address)
    now = str(here.root.resolve())
    print(json.dumps({"before": before, "now": now}, ensure_ascii=False) if as_json else f"数据库原属 {before}，现在属于 {now}")
