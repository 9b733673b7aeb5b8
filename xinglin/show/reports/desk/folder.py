"""The folder between adopt and fill: the summary and the offices' workbooks; nothing else is kept."""

from dataclasses import replace
from pathlib import Path

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.adopt import Row, adopt
from xinglin.show.reports.desk.collect import Collection, collect
from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.memory import KEPT, Known, by_place, from_memory, joined
from xinglin.show.reports.desk.sheets import SUMMARY, known_of, rows_of, workbook, workbooks


def adopt_into(document: Document, folder: Path, *, like: Path | None = None) -> list[Row]:
    """Write the workbooks; corrections (office, name, scope, binding) of an existing summary are kept,
    those of another year's folder (`like`) are found again by the words around the numbers."""
    lent = _lent(document, like) if like else {}
    folder.mkdir(parents=True, exist_ok=True)
    summary = folder / SUMMARY
    known = known_of(summary.read_bytes()) if summary.is_file() else None
    rows = adopt(document, known=joined(lent, known or {}))
    if not rows:
        raise XinglinError(
            "这份报告里没有可以填的数", where=document.name, do="请核对是不是选错了文件"
        )
    if known is not None and _filled(folder, rows):
        raise XinglinError(
            "文件夹里已有科室填过的表，没有覆盖",
            where=folder.name,
            do="请换一个空文件夹，或先把填好的表移走",
        )
    for old in folder.glob("[0-9][0-9]-*.xlsx"):
        old.unlink()
    for name, data in workbooks(rows, title=Path(document.name).stem).items():
        (folder / name).write_bytes(data)
    return rows


def _lent(document: Document, like: Path) -> Known:
    summary = like / SUMMARY
    if not summary.is_file():
        raise XinglinError(f"文件夹里没有“{SUMMARY}”", where=like.name, do="请给去年 adopt 生成的文件夹")
    told = {key: {field: getattr(row, field) for field in KEPT}
            for key, row in by_place(rows_of(summary.read_bytes())).items()}  # fmt: skip
    return from_memory(adopt(document), told)


def _filled(folder: Path, fresh: list[Row]) -> bool:
    """Whether a sheet holds a number of this year that adopting anew would lose."""
    given = {row.code: row.this for row in fresh}
    back = collect(rows_of((folder / SUMMARY).read_bytes()), _sheets(folder))
    return any(row.this != given.get(row.code, "") for row in back.rows)


def _sheets(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.glob("*.xlsx"))
        if not path.name.startswith("~$")
    }


def collect_from(folder: Path, document: Document | None = None) -> Collection:
    """What came back; with the report itself the rows know their places in it."""
    summary = folder / SUMMARY
    if not summary.is_file():
        raise XinglinError(
            f"文件夹里没有“{SUMMARY}”",
            where=folder.name,
            do="请先用 xinglin report adopt 生成填报表",
        )
    rows = rows_of(summary.read_bytes())
    if document is not None:
        rows = placed(rows, document)
    return collect(rows, _sheets(folder))


def placed(rows: list[Row], document: Document) -> list[Row]:
    """Rows of a summary with their places in the report that they were made from."""
    own = {row.code: row for row in adopt(document)}
    strange = [row.code for row in rows if row.code not in own or own[row.code].last != row.last]
    if strange or len(own) != len(rows):
        raise XinglinError(
            "填报表不是由这份报告生成的",
            where="、".join(strange[:5]) or document.name,
            do="请用当初的那份报告，或重新运行 xinglin report adopt",
        )
    return [
        replace(
            row, start=own[row.code].start, end=own[row.code].end, decimals=own[row.code].decimals
        )
        for row in rows
    ]


def bind(folder: Path, *, code: str, figure: str) -> Row:
    """Remember in the summary that a row is a declared figure; an empty figure undoes it."""
    rows = rows_of((folder / SUMMARY).read_bytes())
    found = [row for row in rows if row.code == code]
    if not found:
        raise XinglinError(
            f"没有编号 {code} 的一行",
            where=folder.name,
            do=f"编号从 {rows[0].code} 到 {rows[-1].code}",
        )
    bound = replace(found[0], figure=figure)
    kept = [bound if row.code == code else row for row in rows]
    (folder / SUMMARY).write_bytes(workbook(kept, title=f"{folder.name}　汇总"))
    return bound
