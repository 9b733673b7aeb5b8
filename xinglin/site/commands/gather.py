"""收数据：接收一个文件、一个 FHIR 导出文件夹，或收件夹里等着的全部文件，打印回执。"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xinglin.kernel.errors import XinglinError
from xinglin.site.commands import databases_ready

if TYPE_CHECKING:
    from xinglin.gather.receipt import Receipt

app = typer.Typer(rich_markup_mode=None)


@app.command()
def gather(
    path: Annotated[Path | None, typer.Argument(help="文件，或 FHIR 批量导出的文件夹；不写则收收件夹里等着的")] = None,
    source: Annotated[str, typer.Option("--source", help="来源代码")] = "",
    record: Annotated[str, typer.Option("--record", help="数据集代码，如 lab_result")] = "",
    mapping: Annotated[Path | None, typer.Option("--map", help="列对照表（TOML），或内置的名称")] = None,
    org: Annotated[str, typer.Option("--org", help="FHIR 文件夹：各行都记到本县这个机构（统一社会信用代码）")] = "",
    check: Annotated[bool, typer.Option("--check", help="只核对，不入库")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="回执以 JSON 打印")] = False,
) -> None:
    """收数据：接收一个文件，或收件夹里等着的全部文件，打印回执。"""
    databases_ready()
    from xinglin.gather.mapping import parse_map
    from xinglin.gather.receive import gather_waiting, receive
    from xinglin.kernel.home import home

    if path is not None and path.is_dir():
        _gather_bulk(path, source=source, maps=str(mapping or "fhir_r4"), org=org, check=check, as_json=as_json)
        return
    if path is None:
        receipts = gather_waiting(home().ensure())
    else:
        _must_be_file(path)
        chosen = parse_map(_map_text(mapping), where=str(mapping)) if mapping else None
        source, record = _named(source, record, chosen)
        receipts = [receive(home().ensure(), path, source=source, record=record, mapping=chosen,
                            check_only=check)]
    _print(receipts, as_json=as_json)
    _compare(check=check)
    if any(r.problem for r in receipts):
        raise typer.Exit(1)


def _compare(*, check: bool) -> None:
    """Whoever came is compared with everybody, once the receipt is out; nobody waits for it."""
    from xinglin.gather.duplicates.behind import start_comparing

    sys.stdout.flush()
    if not check:
        start_comparing()


def _gather_bulk(path: Path, *, source: str, maps: str, org: str, check: bool, as_json: bool) -> None:
    """Every map's delivery, and what no map takes."""
    from xinglin.gather.pull.bulk import gather_bulk
    from xinglin.kernel.home import home

    if not source:
        raise XinglinError("没有说明来源", do="请加上 --source 来源代码")
    found = gather_bulk(home().ensure(), path, source=source, maps=maps, org=org, check_only=check)
    if as_json:
        print(json.dumps({"receipts": [r.as_dict() for r in found.receipts], "read": found.read, "unread": found.unread},
                         ensure_ascii=False, default=str))
    else:
        _print(found.receipts, as_json=False)
        print(found.words())
    _compare(check=check)
    if any(r.problem for r in found.receipts):
        raise typer.Exit(1)


def _must_be_file(path: Path) -> None:
    if not path.is_file():
        raise XinglinError("找不到要收的文件", str(path), "请核对路径")


def _map_text(mapping: Path) -> str:
    """The map's text: a file of one's own, or one that comes with Xinglin, by name."""
    from importlib import resources

    if mapping.is_file():
        return mapping.read_text("utf-8")
    maps = resources.files("xinglin.gather") / "maps"
    shipped = {f"{folder}{m.name.removesuffix('.toml')}": m for folder, place in (("", maps), ("province_platform/", maps / "province_platform"))
               for m in place.iterdir() if m.name.endswith(".toml")}
    wanted = str(mapping).removesuffix(".toml")
    if wanted in shipped:
        return shipped[wanted].read_text("utf-8")
    names = sorted(shipped)
    raise XinglinError("找不到列对照表", str(mapping), f"内置的有：{'、'.join(names)}")


def _named(source: str, record: str, mapping: object) -> tuple[str, str]:
    source = source or getattr(mapping, "source", "")
    record = record or getattr(mapping, "record", "")
    if not source or not record:
        raise XinglinError("没有说明来源或数据集", do="请加上 --source 来源代码 --record 数据集代码")
    return source, record


def _print(receipts: list[Receipt], *, as_json: bool) -> None:
    if as_json:
        found = [r.as_dict() for r in receipts]
        print(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, default=str))
        return
    for receipt in receipts:
        print(receipt.words(), end="\n\n")
    if not receipts:
        print("收件夹里没有等着的文件")
