"""恢复：把备份放进一个空的县目录，逐个文件、逐个指标核对。"""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件")],
    key: Annotated[Path, typer.Option("--key", help="备份时的钥匙文件")],
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """恢复到 XINGLIN_HOME 所指的空目录；总数与备份时不同就不留下。"""
    from xinglin.kernel.home import home
    from xinglin.site.backup import restore as bring

    done = bring(file, key, home())
    if as_json:
        print(json.dumps(dataclasses.asdict(done), ensure_ascii=False, default=str))
        return
    print(f"已恢复到 {done.path}：{done.files} 个文件，各文件与清单相符，总数与备份时相等：")
    print("，".join(f"{k} {v}" for k, v in done.totals.items()))
