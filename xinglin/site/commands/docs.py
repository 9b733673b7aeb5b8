"""文档：由定义写出 docs/generated/ 与说明书；--check 只核对是否最新。"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from xinglin.kernel.errors import XinglinError

app = typer.Typer(rich_markup_mode=None)
ROOT = Path(__file__).resolve().parents[3]
GENERATED, MANUAL = "docs/generated", "docs/reference/manual.md"


@app.command()
def docs(
    check: Annotated[bool, typer.Option("--check", help="只核对，不写；有过时的以 1 退出")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果以 JSON 打印")] = False,
) -> None:
    """写出（或核对）由定义生成的文档。"""
    wanted = documents(ROOT)
    stale = stale_documents(ROOT, wanted)
    if not check:
        write(ROOT, wanted)
    if as_json:
        print(
            json.dumps(
                {"documents": len(wanted), "stale": stale, "written": not check}, ensure_ascii=False
            )
        )
    elif check and stale:
        print(f"{len(stale)} 份文档与定义不符：{'、'.join(stale)}。请运行 make docs 后一并提交。")
    else:
        print(
            f"{len(wanted)} 份文档是最新的" + ("。" if check else f"，其中 {len(stale)} 份有改动。")
        )
    if check and stale:
        sys.exit(1)


def documents(root: Path) -> Mapping[str, str]:
    """Path from the root → text of every generated document."""
    from xinglin.datasets import DERIVED
    from xinglin.show.handbook.manual import manual_page
    from xinglin.show.handbook.pages import pages
    from xinglin.site.load import catalog

    spec = root / "tests/spec"
    if not spec.is_dir():
        raise XinglinError("这里没有源码，写不出文档", "tests/spec", "在源码目录里运行")
    derived = tuple(r.about.code for r in DERIVED)
    made = {f"{GENERATED}/{name}": text for name, text in pages(catalog(), derived=derived).items()}
    return {**made, MANUAL: manual_page(spec)}


def stale_documents(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Documents that differ from the definitions, are missing, or describe what is no more."""
    there = {str(p.relative_to(root)) for p in (root / GENERATED).rglob("*.md")}
    changed = [
        name
        for name, text in wanted.items()
        if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]
    return sorted({*changed, *(there - set(wanted))})


def write(root: Path, wanted: Mapping[str, str]) -> None:
    """Write all, and take away what is no longer made."""
    for name in stale_documents(root, wanted):
        path = root / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
