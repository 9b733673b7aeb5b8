"""居民：导出一位居民的史料（不含姓名、证件号、电话、住址），供 xinglin due 核对。"""

import json
from pathlib import Path
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import county_there, databases_ready

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def person() -> None:
    """一位居民的史料。"""


@app.command()
def export(
    number: Annotated[int, typer.Argument(help="居民编号")],
    to: Annotated[Path | None, typer.Option(help="写到这个文件；不写则打印")] = None,
    purpose: Annotated[str, typer.Option(help="查阅的目的")] = "核对应做事项",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 打印（与不写时相同，不换行）")] = False,
) -> None:
    """导出各方案要读的记录：湖里的，加上其后在本系统登记的；记入查阅日志。"""
    county_there()
    databases_ready()
    from xinglin.act.programmes.history import catalog, history_of
    from xinglin.act.programmes.history_file import history_file
    from xinglin.registry.queries import person as known

    if known(number) is None:
        raise XinglinError("没有这位居民", f"编号 {number}", "请核对编号")
    _note_access(number, purpose)
    found = history_file(history_of(number, catalog().programmes.values()))
    text = json.dumps(found, ensure_ascii=False, indent=None if as_json else 1)
    if to is None:
        print(text)
    else:
        to.write_text(text + "\n", encoding="utf-8")


def _note_access(number: int, purpose: str) -> None:
    """Nothing is printed unless its access event was stored."""
    import getpass

    from xinglin.journal.actions import record_access

    record_access(actor=f"命令行:{getpass.getuser()}", purpose=purpose, what="导出史料", persons=[number],
                  page="xinglin person export")
