"""备份：整个县写成一个加密文件，钥匙另放一处。"""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="备份文件，如 /backup/330182-20261122.xlb")],
    key: Annotated[Path, typer.Option("--key", help="钥匙文件，没有就新造一个；不能与备份放在一起")],
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """备份本县；备份时可以照常录入。"""
    from xinglin.kernel.home import home
    from xinglin.site.backup import backup as make

    done = make(home().ensure(), target, key)
    if as_json:
        print(json.dumps(dataclasses.asdict(done), ensure_ascii=False, default=str))
        return
    print(f"已备份到 {done.path}：{done.files} 个文件，{done.size / 1e6:.1f} MB；钥匙 {key}，请另处保管，丢了谁也打不开。")
    print("核对用的总数：" + "，".join(f"{k} {v}" for k, v in done.totals.items()))
