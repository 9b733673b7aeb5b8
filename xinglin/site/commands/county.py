"""开一个县：密钥、数据库、区划（到村）；此后即可接收数据。"""

import json
from collections import Counter
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

app = typer.Typer(rich_markup_mode=None)
LEVELS = {1: "省", 2: "市", 3: "县", 4: "乡镇（街道）", 5: "村（社区）"}


@app.command()
def county(
    code: Annotated[str, typer.Argument(help="六位县级区划代码，如 330182")],
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """在空的 XINGLIN_HOME 里开一个真实的县，载入它的区划；模拟数据此后不能装入。"""
    from xinglin.kernel.home import home

    here = home()
    if here.county_file.exists():
        raise XinglinError("这里已有一个县", str(here.county_file), "请另设 XINGLIN_HOME 指向一个空文件夹")
    here.ensure()
    _make_key()
    databases_ready()
    counts = _load_places(code)
    _make_tables()
    name = _name_of(code)
    here.county_file.write_text(f'code = "{code}"\nname = {json.dumps(name, ensure_ascii=False)}\nkind = "real"\n',
                                encoding="utf-8")
    if as_json:
        print(json.dumps({"code": code, "name": name, "places": {LEVELS[n]: counts[n] for n in counts}},
                         ensure_ascii=False))
        return
    print(f"{name}（{code}）已开好：" + "，".join(f"{LEVELS[n]} {counts[n]}" for n in sorted(counts)))
    print(f"县密钥在 {here.keys}，请立即另存一份；没有它，登记库读不出来")


def _make_key() -> None:
    from xinglin.kernel.crypto import KEY_FILE, Keys
    from xinglin.kernel.home import home

    if not (home().keys / KEY_FILE).exists():
        Keys.create(home().keys)


def _load_places(code: str) -> Counter[int]:
    from xinglin.registry.actions import load_places
    from xinglin.registry.models import Place

    load_places(county_code=code)
    return Counter(Place.objects.values_list("level", flat=True))


def _make_tables() -> None:
    """Every dataset's table, so that pages may ask for any of them before all have been delivered."""
    from xinglin.kernel.home import home
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog

    open_lake(home()).ensure(catalog().records.values())


def _name_of(code: str) -> str:
    from xinglin.registry.models import Place

    return str(Place.objects.get(code=code.ljust(12, "0")).name)
