"""Malformed files: one sentence each (what, where, what to do), quarantine, nothing half-loaded."""

import io
import json
import zipfile

import duckdb
import openpyxl
import pytest

from tests.integration.gather.conftest import ORG
from xinglin.gather.models import Delivery
from xinglin.gather.workbook import rejected_workbook, row_sql

HEAD = ["patient_id", "测量日期", "收缩压", "舒张压"]
GOOD = ["P1", "2024-03-01", "150", "95"]


def csv_of(*rows):
    return "\n".join(",".join(r) for r in (HEAD, *rows)) + "\n"


def xlsx(fill):
    book = openpyxl.Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _formula(sheet):
    sheet.append(HEAD)
    sheet.append(["P1", "2024-03-01", "=140+10", 95])


def _wide(sheet):
    sheet.append([f"列{n}" for n in range(10_000)])
    sheet.append(list(range(10_000)))


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (60 << 20))
    return out.getvalue()


def other_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.csv", "a,b\n1,2\n")
    return out.getvalue()


FILES = {
    "empty.csv": (b"", "文件是空的", "重传"),
    "header_only.csv": (csv_of().encode(), "没有数据行", "核对导出"),
    "encoding.csv": (csv_of(GOOD).encode() + b"\xff\xfe\x81\xff\n", "文字编码不对", "CSV UTF-8"),
    "columns.csv": ("patient_id,测量日期\nP1,2024-03-01\n".encode(), "缺少必需的列：收缩压、舒张压", "列对照表"),
    "ragged.csv": (csv_of(GOOD, [*GOOD, "多", "余"]).encode(), "（第 3 行）", "双引号"),
    "wide.csv": ((",".join(f"列{n}" for n in range(10_000)) + "\n1\n").encode(), "10000 列", "约定的列"),
    "doubled.csv": ("patient_id,测量日期,收缩压,收缩压\nP1,2024-03-01,1,2\n".encode(), "重复的列名：收缩压", "不同的名称"),
    "old.xls": (b"\xd0\xcf\x11\xe0" + b"0" * 100, "旧版 Excel", ".xlsx"),
    "picture.csv.png": (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "认不出文件的格式", "CSV"),
    "formula.xlsx": (xlsx(_formula), "公式，不是值（第 2 行，第 3 列）", "选择性粘贴"),
    "wide.xlsx": (xlsx(_wide), "10000 列", "约定的列"),
    "bomb.xlsx": (bomb(), "大得不正常", "CSV"),
    "zip.xlsx": (other_zip(), "不是 Excel 工作簿", "解压"),
    "broken.xlsx": (b"PK\x03\x04" + b"0" * 200, "Excel 文件损坏", "另存"),
    "broken.parquet": (b"PAR1" + b"0" * 200, "Parquet 文件损坏", "重新导出"),
    "broken.ndjson": (b'{"patient_id": "P1"}\n{"patient_id": \n', "JSON", "重传"),
    "nested.ndjson": (b'{"patient_id": "P1"}\n{"patient_id": {"a": 1}}\n', "嵌套的内容（第 2 行）", "拆成"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_malformed_file_is_one_sentence_and_nothing_is_loaded(deliver, rows, county, name):
    content, what, do = FILES[name]
    receipt = deliver("bp_screening", content, name=name)
    assert receipt.state == "refused", receipt.words()
    assert what in receipt.problem and do in receipt.problem and receipt.problem.count("\n") == 0
    assert "Error" not in receipt.problem and "P1" not in receipt.problem
    assert rows("SELECT count(*) FROM bp_screening_versions") == [(0,)]
    assert not list(county.raw.iterdir()) and len(list(county.quarantine.iterdir())) == 1
    assert not [f for f in county.tmp.rglob("*") if f.is_file()]
    assert Delivery.objects.get().state == "refused"


def test_a_refused_file_may_come_again_when_the_map_is_mended(deliver):
    content = "号,日,高,低\nP1,2024-03-01,150,95\n"
    assert deliver("bp_screening", content).state == "refused"
    mapped = '[columns]\npatient_id = "号"\nday = "日"\nsbp = "高"\ndbp = "低"\n'
    assert deliver("bp_screening", content, mapping=mapped).accepted == 1


ENCODINGS = {"utf-8": "utf-8", "bom": "utf-8-sig", "gb18030": "gb18030", "utf-16": "utf-16"}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_are_found(deliver, encoding):
    text = "patient_id;姓名;测量日期;收缩压;舒张压\nP1;李玉兰;2024年3月1日;１５０;95\n"
    receipt = deliver("bp_screening", text.encode(ENCODINGS[encoding]))
    assert receipt.accepted == 1, receipt.words()


def test_a_sheet_with_title_and_merged_header(deliver, rows):
    def fill(sheet):
        sheet.append(["某县血压筛查表"])
        sheet.append(["patient_id", "测量日期", "血压", None])
        sheet.append([None, None, "收缩压", "舒张压"])
        sheet.append(["P1", "2024-03-01", 150, 95])
        sheet.merge_cells("C2:D2")
    receipt = deliver("bp_screening", xlsx(fill), name="sheet.xlsx")
    assert receipt.accepted == 1, receipt.words()
    assert rows("SELECT sbp, dbp, row_no FROM bp_screening") == [(150, 95, 4)]


def test_parquet_and_ndjson(deliver, rows, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"patient_id": ["P1"], "day": [__import__("datetime").date(2024, 3, 1)],
                             "sbp": [150.0], "dbp": [95]}), tmp_path / "x.parquet")
    assert deliver("bp_screening", (tmp_path / "x.parquet").read_bytes(), name="a.parquet").accepted == 1
    line = json.dumps({"patient_id": "P1", "day": "2024-03-02", "sbp": 151, "dbp": 95, "org": ORG}) + "\n"
    assert deliver("bp_screening", line, name="a.ndjson").accepted == 1
    assert rows("SELECT sbp FROM bp_screening") == [(150,), (151,)]


def test_the_workbook_opens_and_keeps_text():
    cells = ["<&>\x07", None, "  330182195405010000 "]
    sql = f"SELECT {row_sql(['a', 'b', 'c'])} FROM (SELECT ? AS a, ?::VARCHAR AS b, ? AS c)"
    row = duckdb.execute(sql, cells).fetchone()[0]
    book = openpyxl.load_workbook(io.BytesIO(rejected_workbook(["a", "b", "c"], [row])))
    assert [c.value for c in list(book.worksheets[0].iter_rows())[1]] == ["<&>", None, "  330182195405010000 "]
