"""重建：丢弃并重填工作清单等由史料推得的表，逐行核对。"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

if TYPE_CHECKING:
    from xinglin.act.programmes.rebuild import Rebuilt

app = typer.Typer(rich_markup_mode=None)


@app.command()
def rebuild(
    projections: Annotated[bool, typer.Option("--projections", help="重建工作清单、专案、闭环、待核实")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """丢弃后从数据湖与日志重填，并逐行核对；仍有不符的行时以 1 退出。"""
    if not projections:
        raise XinglinError("没有说明要重建什么", do="写 xinglin rebuild --projections")
    databases_ready()
    from xinglin.act.programmes.rebuild import rebuild_projections
    from xinglin.kernel.home import home
    from xinglin.site.load import catalog

    done = rebuild_projections(home(), catalog())
    print(json.dumps(_as_json(done), ensure_ascii=False) if as_json else _words(done))
    if any(done.after.values()):
        raise typer.Exit(1)


def _as_json(done: "Rebuilt") -> dict[str, object]:
    return {"day": done.day.isoformat(), "refolded": done.refolded, "differed": done.before, "differs": done.after,
            "filled": {name: asdict(found) for name, found in done.filled.items()}}


def _words(done: "Rebuilt") -> str:
    lines = [f"{name}　重填 {found.written:,} 行　原先不符 {done.before[name]:,} 行　现在不符 {done.after[name]:,} 行"
             for name, found in done.filled.items()]
    return "\n".join([f"数据截至 {done.day}；其后有操作的 {done.refolded} 人按日志重算", *lines])
