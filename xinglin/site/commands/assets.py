"""取回并复制浏览器所需的文件（Tabler、HTMX、Alpine、ECharts、字体），编译翻译。"""

import json
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def assets(
    again: Annotated[bool, typer.Option(help="已有也重新取")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """取回并复制浏览器所需的文件；已是锁定的版本则不下载。"""
    from xinglin.site import assets as files

    fetched = again or not files.are_there()
    if fetched:
        print("· 取浏览器文件（首次约 20 秒）", flush=True) if not as_json else None
        files.bring()
    translations = files.compile_translations()
    if as_json:
        print(json.dumps({"fetched": fetched, "translations": translations}))
