"""Writing a year's report from the county: which figures, which day, whose numbers; and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xinglin.declare.catalog import Catalog
from xinglin.declare.report import Report
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home, home
from xinglin.know.indicators.queries import last_day
from xinglin.lake.store import Lake, open_lake
from xinglin.show.reports.annual.county import CountyFigures
from xinglin.show.reports.annual.queries import hands
from xinglin.show.reports.writer.compose import compose
from xinglin.show.reports.writer.document import Written
from xinglin.show.reports.writer.pdf import as_pdf
from xinglin.show.reports.writer.word import as_word

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"docx": WORD, "pdf": "application/pdf"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which report of which year, as of which day (None: the last night)."""

    report: Report
    year: int
    as_of: date | None = None


def written(lake: Lake, catalog: Catalog, asked: Asked, *, snapshot: int | None = None) -> Written:
    """The report at a snapshot (default: the newest). Raises XinglinError before the first night."""
    with figures(lake, catalog, asked, snapshot=snapshot) as told:
        return compose(asked.report, told, owners=owners(catalog))


@contextmanager
def figures(lake: Lake, catalog: Catalog, asked: Asked, *, snapshot: int | None = None) -> Iterator[CountyFigures]:
    """The county's figures for a report, on a cursor of their own."""
    at = snapshot if snapshot is not None else lake.snapshot()
    with lake.cursor() as con:
        last = last_day(con)
        if last is None:
            raise XinglinError("还没有指标，写不出报告", do="收到各单位的数据并过一夜（xinglin night）以后再写")
        if asked.year > last.year:
            raise XinglinError(f"{asked.year} 年还没有开始", "--year", f"数据截至 {last}，请写 {last.year} 年或更早")
        if asked.as_of is not None and not date(asked.year, 1, 1) <= asked.as_of <= last:
            raise XinglinError(f"截至日 {asked.as_of} 不在 {asked.year} 年内，或晚于数据截至的 {last}", "--as-of", "改写一天")
        yield CountyFigures(con=con, catalog=catalog, report=asked.report, year=asked.year, day=asked.as_of or last,
                            snapshot=at, as_of=asked.as_of, hands=hands(asked.report.code, asked.year))


def owners(catalog: Catalog) -> Mapping[str, str]:
    """Figure → the office of its business."""
    return {i.code: p.office for p in catalog.packs for i in p.indicators}


def file_of(report: Written, kind: str, *, at: Home | None = None) -> bytes:
    """The report as docx or pdf. A `fonts` folder in the county's home may hold the official typefaces."""
    fonts = (at or home()).root / "fonts"
    return as_word(report) if kind == "docx" else as_pdf(report, fonts=[fonts] if fonts.is_dir() else [])


def name_of(report: Written, kind: str) -> str:
    """A file's name."""
    numbered = f"（第{report.edition}稿）" if report.edition else ""
    return f"{report.title}{numbered}.{kind}"


def write_files(report: Written, folder: Path) -> list[Path]:
    """Both files into a folder, which is made; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / name_of(report, kind) for kind in KINDS]
    for path, kind in zip(made, KINDS, strict=True):
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(file_of(report, kind))
        part.replace(path)      # killed halfway, there is the earlier file or none, never half of one
    return made


def lake_here() -> Lake:
    """The county's data, read-only."""
    return open_lake(home(), read_only=True)
