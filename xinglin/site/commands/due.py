"""某人的史料到某日应做什么：由业务包判定，不需要数据库。"""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError

app = typer.Typer(rich_markup_mode=None)


@app.command()
def due(
    pack: Annotated[str, typer.Option(help="业务包代码，如 htn")],
    history: Annotated[Path, typer.Option(help="史料文件（JSON）")],
    on: Annotated[str, typer.Option(help="哪一天，YYYY-MM-DD")],
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """打印分类、应做的任务与闭环。"""
    from xinglin.act.programmes.history_file import read_history, what_is_due
    from xinglin.site.load import catalog

    chosen = catalog().pack(pack)
    text = _read(history)
    known = read_history(text, catalog().records, chosen.programme())
    answer = what_is_due(chosen.programmes, known, on=_day(on))
    print(json.dumps(answer, ensure_ascii=False) if as_json else _words(answer))


def _read(path: Path) -> dict[str, object]:
    try:
        text = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise XinglinError("读不到史料文件", path.name, "核对路径") from None
    except ValueError as problem:
        where = f"{path.name} 第 {getattr(problem, 'lineno', '?')} 行"
        raise XinglinError("史料文件不是 UTF-8 的 JSON", where, "用 JSON 重写，UTF-8 保存") from None
    if not isinstance(text, dict):
        raise XinglinError("史料文件的最外层不是对象", path.name, '写成 {"person": …, "records": […]}')
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise XinglinError(f"“{text}”不是有效日期", "--on", "写成 YYYY-MM-DD") from None


def _words(answer: dict[str, list[dict[str, str]]]) -> str:
    lines = [f"分类　{c['day']}　{c['class'] or '资料不全，暂不能判定'}" for c in answer["classes"]]
    lines += [f"应做　{t['title']}　{t['by']} 前（{t['state']}）　{t['cites']}" for t in answer["due"]]
    lines += [f"闭环　{x['title']}　{x['opened']} 开启，{x['follow_by']} 前追踪，"
              f"{'未了' if x['open'] else '已了'}" for x in answer["loops"]]
    return "\n".join(lines) or "没有应做的事"
