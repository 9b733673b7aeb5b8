"""建一个模拟县（demo），或核对植入的问题找出了多少（demo check）。"""

from __future__ import annotations

import importlib
import importlib.util
import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xinglin.site.commands import county_there, databases_ready, django_ready

if TYPE_CHECKING:
    from xinglin.gather.demo.load import Built

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def demo(
    context: typer.Context,
    people: Annotated[int, typer.Option(help="人口")] = 50_000,
    years: Annotated[int, typer.Option(help="几年的数据")] = 5,
    seed: Annotated[int, typer.Option(help="种子：相同则数据相同")] = 1,
    county: Annotated[str, typer.Option(help="六位县级区划代码")] = "330182",
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="数据截至；默认昨天")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """建一个模拟县：生成各单位的数据，逐份接收，再跑第一夜。已有的模拟县会被替换。"""
    if context.invoked_subcommand:
        return
    django_ready()
    from xinglin.gather.demo.load import build, clear_synthetic
    from xinglin.kernel.home import home
    from xinglin.site.load import catalog

    started = time.monotonic()
    here = _ready(clear_synthetic, home())
    records = catalog().records
    with _progress(quiet=as_json) as told:
        built = build(here, records=records, people=people, years=years, seed=seed, county=county,
                      until=until.date() if until else _yesterday(), told=told)
        gathered = time.monotonic() - started
        _first_night(here, built.made.until, told)
    _tell(built, gathered, time.monotonic() - started, as_json=as_json)


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False) -> None:
    """植入了什么、找出了多少、误报多少：每一类的查全率和查准率。"""
    county_there()
    databases_ready()
    from xinglin.gather.demo.judge import judge
    from xinglin.kernel.home import home
    from xinglin.site.load import catalog

    scores = judge(home(), programmes=catalog().programmes.values())
    if as_json:
        print(json.dumps([s.as_dict() for s in scores], ensure_ascii=False))
        return
    print(f"{'类别':<28}{'植入':>6}{'找出':>6}{'查全率':>8}{'所报':>6}{'查准率':>8}")
    for s in scores:
        print(f"{s.kind:<28}{s.planted:>8}{s.hit:>8}{_share(s.recall):>10}{s.flagged:>8}{_share(s.precision):>10}  {s.title}")


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"


def _yesterday() -> date:
    return date.today() - timedelta(days=1)  # noqa: DTZ011  (the county's own calendar day)


def _ready(clear: Callable[[Any], None], here: Any) -> Any:
    """Refuse a real county, remove an earlier synthetic one, make the tables."""
    from django.db import connections

    clear(here)
    connections.close_all()
    databases_ready()
    return here


class _progress:  # noqa: N801
    """A bar of deliveries with the words of the step; nothing when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.bar = Progress(TimeElapsedColumn(), BarColumn(bar_width=24), TextColumn("{task.description}"),
                            console=Console(stderr=True, quiet=quiet))

    def __enter__(self) -> Callable[[str, int, int], None]:
        self.bar.start()
        task = self.bar.add_task("准备", total=None)

        def told(words: str, done: int, of: int) -> None:
            self.bar.update(task, description=words, completed=done, total=of or None)

        return told

    def __exit__(self, *problem: object) -> None:
        self.bar.stop()


def _first_night(here: Any, until: date, told: Callable[[str, int, int], None]) -> None:
    """The night of the day after the data end, where this installation has nights."""
    if importlib.util.find_spec("xinglin.site.night") is None:
        return
    told("第一夜：推算专案、任务、指标", 0, 0)
    night = importlib.import_module("xinglin.site.night")
    night.run(here, day=until + timedelta(days=1), say=lambda words: told(f"第一夜：{words}", 0, 0))


def _tell(built: Built, gathered: float, seconds: float, *, as_json: bool) -> None:
    receipts = built.receipts
    told = {"county": built.made.county, "until": built.made.until.isoformat(), "rows": built.made.rows,
            "managed": built.made.managed, "deliveries": len(receipts),
            "received": sum(r.received for r in receipts), "accepted": sum(r.accepted for r in receipts),
            "rejected": sum(r.rejected for r in receipts), "queried": sum(r.queried for r in receipts),
            "refused": [r.problem for r in receipts if r.problem],
            "gathered_seconds": round(gathered, 1), "seconds": round(seconds, 1)}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"模拟县已建好：{told['received']:,} 行，接收 {told['accepted']:,}，退回 {told['rejected']:,}，"
          f"待核实 {told['queried']:,}；在管高血压 {told['managed']:,} 人；用时 {told['seconds']} 秒")
    for problem in built.receipts:
        if problem.problem:
            print(f"  整份退回：{problem.problem}")
