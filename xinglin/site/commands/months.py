"""补算过去各月底的指标，供按月的折线使用；已有的不动。"""

import json
from typing import Annotated

import typer

from xinglin.site.commands import databases_ready

app = typer.Typer(rich_markup_mode=None)


@app.command()
def months(
    back: Annotated[int, typer.Option(help="往前补几个月", min=1, max=60)] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """按现有史料补算过去各月底的指标。"""
    databases_ready()
    from django.utils import timezone

    from xinglin.kernel.home import home
    from xinglin.know.indicators.months import fill_months
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog

    done = fill_months(open_lake(home()), catalog().indicators, day=timezone.localdate(), back=back)
    print(json.dumps({"filled": done}) if as_json else f"补算了 {done} 个月底的指标。")
