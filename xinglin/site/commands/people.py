"""人员：把一份名单里同一个人的记录归到一起（不需要先建县）；新来的档案与全县比对；合并档案之后的整理。"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def people() -> None:
    """名单与归人。"""


@app.command()
def link(
    path: Annotated[Path, typer.Argument(help="名单（CSV）；认得的列：row、name、sex、birth_date、id_number、phone、address，都可缺、可空")],
    out: Annotated[Path, typer.Option("--out", help="写到这个文件：原样加 person、confidence 两列")],
    columns: Annotated[Path | None, typer.Option("--columns", help="列对照表（TOML），列名不同时用")] = None,
    judge: Annotated[Path | None, typer.Option("--judge", help="拿不准的对子写到这个文件，附依据")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """归人：先看身份证号，再逐项比对；同一个人的记录给同一个 person。"""
    from xinglin.gather.linkage.files import link_file

    if columns is not None and not columns.is_file():
        raise XinglinError("找不到列对照表", str(columns), "请核对路径")
    text = columns.read_text("utf-8-sig") if columns else None
    done = link_file(path, out, map_text=text, map_name=columns.name if columns else "", judge_to=judge).as_dict()
    if as_json:
        print(json.dumps({**done, "out": str(out)}, ensure_ascii=False))
        return
    print(f"{done['records']} 条记录归为 {done['persons']} 人；{done['pairs_to_judge']} 对拿不准，留给人判断"
          f"{'' if judge else '（--judge 可导出）'}。用时 {done['seconds']} 秒。结果：{out}")


@app.command()
def settle(as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False) -> None:
    """让数据湖和清单跟上档案的合并与拆开；没有要做的就什么也不做。"""
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.kernel.home import home
    from xinglin.site.settling import settle

    done = settle(home())
    found = {"subjects": done.subjects, "rows": done.rows, "people": done.people}
    print(json.dumps(found) if as_json else f"移动 {found['rows']} 行，涉及 {found['people']} 份档案")


@app.command()
def compare(behind: Annotated[bool, typer.Option("--behind", help="让别的工作先走；已有一个在等就不再等")] = False,
            as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False) -> None:
    """把新来和改过的档案与全县比对，像是同一人的列入“疑似重复档案”。收到数据后自动做，夜里再补。"""
    from xinglin.site.commands import databases_ready

    databases_ready()
    from dataclasses import asdict

    from xinglin.gather.duplicates.behind import compare_behind, comparing
    from xinglin.gather.duplicates.compare import compare_new
    from xinglin.kernel.home import home

    place = home().ensure()
    if behind:
        found = compare_behind(place)
    else:
        with comparing(place):
            found = compare_new(place)
    if as_json:
        print(json.dumps(asdict(found) if found else {}))
    elif found is None:
        print("已有一个比对在等，由它来做")
    else:
        print(f"比对 {found.fresh} 份新来或改过的档案：像是同一人的 {found.pairs} 对，新列入 {found.queued} 对")
