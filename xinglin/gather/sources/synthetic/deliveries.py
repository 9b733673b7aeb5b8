"""The files: which sender sends what, in which form and order, and their writing."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import xlsxwriter

from xinglin.declare.record import Record
from xinglin.gather.mapping import border_columns
from xinglin.kernel.errors import XinglinError

SOURCES = {"register": "人口信息登记", "primary_care": "基层医疗卫生系统", "county_hospital": "县人民医院信息系统",
           "tcm_hospital": "县中医院信息系统", "mch": "妇幼保健信息系统", "cdc": "疾控与免疫规划系统",
           "town_system": "一乡镇卫生院自有系统"}
CLINICAL = ("encounter", "diagnosis", "lab_result", "dispense")
PRIMARY = ("case_change", "htn_visit", "dm_visit", "bp_screening", "annual_exam", "contact_attempt")
# (sender, Record) of which the last weeks come as a text file typed by hand, and its form
TEXTS = {("register", "person"): "csv", ("county_hospital", "lab_result"): "gbk.csv",
         ("primary_care", "htn_visit"): "gbk.csv", ("primary_care", "bp_screening"): "ndjson",
         ("primary_care", "annual_exam"): "xlsx", ("tcm_hospital", "diagnosis"): "xlsx"}


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file; the list of them is in the order in which they are to be received."""

    file: str
    source: str
    record: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A file to write: rows of `view` where `where` holds."""

    source: str
    record: str
    view: str
    where: str = "true"
    form: str = "parquet"
    name: str = ""


def plans(con: duckdb.DuckDBPyConnection) -> list[Plan]:
    """Every delivery in order: the register first, histories, last weeks as text, then what comes again."""
    made = [Plan(source="register", record="person", view="out_person", where=_before("register", "person")),
            Plan(source="register", record="person", view="text_person", form="csv", name="近期")]
    pairs = [*(("primary_care", r) for r in (*CLINICAL, *PRIMARY)),
             *((s, r) for s in ("county_hospital", "tcm_hospital", "mch") for r in CLINICAL),
             ("cdc", "vaccination"), ("cdc", "death")]
    made += [Plan(source=s, record=r, view=f"out_{r}", where=_before(s, r)) for s, r in pairs]
    made += [Plan(source=s, record=r, view=f"text_{r}", form=form, name="近期")
             for (s, r), form in TEXTS.items() if r != "person"]
    return made + _again(con)


def _before(source: str, record: str) -> str:
    held = "source = '" + source + "'"
    if (source, record) in TEXTS:
        return held + " AND day < getvariable('cut')"
    if (source, record) == ("mch", "encounter"):
        return held + " AND strftime(day, '%Y-%m') NOT IN (FROM late_month)"
    return held


def _again(con: duckdb.DuckDBPyConnection) -> list[Plan]:
    years = [y for (y,) in con.execute("SELECT DISTINCT y FROM own_system ORDER BY y").fetchall()]
    resent = ("source = 'tcm_hospital' AND day BETWEEN add(getvariable('until'), -150) "
              "AND add(getvariable('until'), -120)")
    late = "source = 'mch' AND strftime(day, '%Y-%m') IN (FROM late_month)"
    hospital = "county_hospital"
    return [
        Plan(source=hospital, record="encounter", view="again_encounter", name="新系统补传"),
        Plan(source=hospital, record="diagnosis", view="again_diagnosis", name="重传"),
        Plan(source=hospital, record="encounter", view="withdrawn_encounter", name="撤销"),
        Plan(source="tcm_hospital", record="dispense", view="out_dispense", where=resent, name="重传"),
        Plan(source="mch", record="encounter", view="out_encounter", where=late, name="迟到"),
        *(Plan(source="town_system", record="dispense", view="own_dispense", where=f"y = {y}", name=str(y))
          for y in years)]


def write_all(con: duckdb.DuckDBPyConnection, folder: Path, records: Mapping[str, type[Record]]
              ) -> list[Delivery]:
    """Write every delivery whose Record is known; returns them in order, empty ones left out."""
    written: list[Delivery] = []
    for number, plan in enumerate((p for p in plans(con) if p.record in records), 1):
        view = con.sql(f"FROM {plan.view} WHERE {plan.where}")
        rows = view.select(*_columns(view.columns, records[plan.record]))
        extension = plan.form.removeprefix("gbk.")
        file = folder / f"{number:02d}-{plan.source}-{plan.record}{'-' * bool(plan.name)}{plan.name}.{extension}"
        count = _write(rows, file, plan.form, records[plan.record])
        if count:
            written.append(Delivery(file=file.name, source=plan.source, record=plan.record, rows=count))
    return written


def _columns(have: list[str], record: type[Record]) -> list[str]:
    known = {*record.columns(), *border_columns(record)}
    lacks = [n for n, c in record.columns().items()
             if c.required and c.kind != "person" and n not in have]
    if lacks:
        raise XinglinError(f"模拟数据没有《{record.about.title}》的必填列 {lacks}",
                           do="请在 gather/sources/synthetic/senders.py 中补上")
    return [n for n in have if n in known]


def _write(rows: duckdb.DuckDBPyRelation, file: Path, form: str, record: type[Record]) -> int:
    if form == "parquet":
        rows.write_parquet(str(file), compression="snappy")
        return _counted(rows)
    titles = {**{n: c.title for n, c in record.columns().items()}, **border_columns(record)}
    header, cells = [titles[n] for n in rows.columns], rows.fetchall()
    if form == "ndjson":
        rows.to_df().to_json(file, orient="records", lines=True, force_ascii=False)
    elif form == "xlsx":
        _write_sheet(file, header, cells)
    else:
        encoding = "gb18030" if form == "gbk.csv" else "utf-8-sig"
        with file.open("w", encoding=encoding, newline="") as out:
            csv.writer(out).writerows([header, *cells])
    return len(cells)


def _counted(rows: duckdb.DuckDBPyRelation) -> int:
    told = rows.aggregate("count(*)").fetchone()
    return int(told[0]) if told else 0


def _write_sheet(file: Path, header: list[str], cells: list[tuple[str | None, ...]]) -> None:
    """A sheet as people keep it: numbers as numbers, a title above nothing, dates as they came."""
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("导出")
        for n, row in enumerate([tuple(header), *cells]):
            sheet.write_row(n, 0, ["" if c is None else c for c in row])
