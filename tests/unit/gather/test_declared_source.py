"""A source file: what it may say, and the SQL made of it for each kind of server."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlglot

from xinglin.datasets import DELIVERED
from xinglin.gather.pull import hours
from xinglin.gather.pull.state import a_little_before, kept, not_after_tomorrow, opened
from xinglin.gather.sources.database import paging
from xinglin.gather.sources.database.account import _granted
from xinglin.gather.sources.database.declared import Query, parse_declared
from xinglin.gather.sources.database.dialects import DIALECTS, dialect_of
from xinglin.gather.sources.database.fetch import Pace
from xinglin.gather.sources.database.skeleton import skeleton
from xinglin.kernel.errors import XinglinError

QUERY = {"record": "encounter", "sql": "SELECT 1 AS record_id;", "watermark": "updated_at"}
DATABASE = {"url": "postgresql://reader@db/his"}


def parse(database=(), query=(), **more):
    return parse_declared({"database": DATABASE | dict(database), "query": [QUERY | dict(query)], **more}, code="his", folder=Path())


@pytest.mark.parametrize(("wrong", "says"), [
    ({"database": {"url": "postgresql://reader:secret@db/his"}}, "地址里写了口令"),
    ({"database": {"password": "secret"}}, "口令不能写在来源文件里"),
    ({"database": {"hours": ["22-6"]}}, "时段“22-6”写得不对"),
    ({"database": {"speed": 3}}, "不认识的项"),
    ({"database": {"rows_per_second": -1}}, "不小于 0"),
    ({"query": {"day": "day"}}, "不知道怎样只读新数据"),
    ({"query": {"sql": " "}}, "没有写查询语句"),
    ({"query": {"overlap": "soon"}}, "overlap“soon”写得不对"),
    ({"query": {"from": "2024-13-01"}}, "不是有效日期"),
    ({"expect": {"drop": 2}}, "drop 要在 0 与 1 之间"),
])
def test_what_is_wrong_with_a_file_is_said_with_its_place(wrong, says):
    with pytest.raises(XinglinError, match=says) as problem:
        parse(**wrong)
    assert "his.toml" in str(problem.value) and "secret" not in str(problem.value)


@pytest.mark.parametrize(("sql", "says"), [
    ("DELETE FROM visits", "不是只读的 SELECT"), ("SELECT 1; SELECT 2", "不止一条"),
    ("SELECT * INTO copy FROM visits", "不是只读的 SELECT"), ("SELECT * FROM visits FOR UPDATE", "不是只读的 SELECT"),
    ("WITH gone AS (DELETE FROM visits RETURNING *) SELECT * FROM gone", "不是只读的 SELECT"),
    ("SELECT * FROM visits ORDER BY 1", "ORDER BY")])
def test_a_query_only_reads(sql, says):
    with pytest.raises(XinglinError, match=says):
        paging.checked_sql(parse(query={"sql": sql}).queries[0], DIALECTS["postgresql"])


def test_with_cannot_stand_inside_on_sql_server():
    query = parse(query={"sql": "WITH v AS (SELECT 1 AS a) SELECT * FROM v"}).queries[0]
    assert paging.checked_sql(query, DIALECTS["oracle"])
    with pytest.raises(XinglinError, match="WITH"):
        paging.checked_sql(query, DIALECTS["mssql"])


PAGES = {
    "oracle": "SELECT max(p.w) FROM (SELECT * FROM (SELECT q.updated_at AS w FROM (SELECT 1 AS record_id\n) q WHERE q.updated_at > :since "
              "AND q.updated_at <= :until ORDER BY q.updated_at) WHERE ROWNUM <= 100) p",
    "mssql": "SELECT max(p.w) FROM (SELECT TOP (100) * FROM (SELECT q.updated_at AS w FROM (SELECT 1 AS record_id\n) q WHERE "
             "q.updated_at > :since AND q.updated_at <= :until) f ORDER BY w) p",
    "mysql": "SELECT max(p.w) FROM (SELECT q.updated_at AS w FROM (SELECT 1 AS record_id\n) q WHERE q.updated_at > :since "
             "AND q.updated_at <= :until ORDER BY q.updated_at LIMIT 100) p",
}
PAGES["dm"] = PAGES["oracle"]
PAGES["postgresql"] = PAGES["sqlite"] = PAGES["mysql"]


@pytest.mark.parametrize("code", DIALECTS)
def test_the_end_of_a_page_in_every_dialect(code):
    query, dialect = parse().queries[0], DIALECTS[code]
    assert paging.boundary_sql(query, dialect, since=True, page=100) == PAGES[code]
    window = Query(record="encounter", sql="SELECT 1", day="就诊日期")
    quoted = {"mysql": "q.`就诊日期`", "mssql": "q.[就诊日期]"}.get(code, 'q."就诊日期"')
    assert f"WHERE {quoted} >= :since AND {quoted} < :until" in paging.window_sql(window, dialect)
    for sql in (paging.boundary_sql(query, dialect, since=False, page=9), paging.page_sql(query, dialect, since=True),
                paging.window_sql(window, dialect), paging.named_sql(query, dialect, 3), paging.look_sql(query, dialect, rows=5),
                paging.oldest_sql(window, dialect, since=True), paging.undated_sql(window, dialect)):
        assert len(sqlglot.parse(sql, dialect=dialect.parses_as)) == 1


@pytest.mark.parametrize("code", DIALECTS)
@pytest.mark.parametrize("record", DELIVERED, ids=lambda r: r.about.code)
def test_a_skeleton_of_every_record_parses_once_filled_in(code, record):
    text = skeleton(record, DIALECTS[code])
    filled = re.sub("〔[^〕]*〕", "theirs", text)
    statement = "\n".join(line for line in filled.splitlines() if not line.startswith("--"))
    (tree,) = sqlglot.parse(statement, dialect=DIALECTS[code].parses_as)
    names = {e.alias for e in tree.expressions}
    assert {n for n, c in record.columns().items() if c.kind != "person"} <= names and {"record_id", "updated_at"} <= names
    assert "ORDER BY" not in statement and ";" not in statement


def test_moments_are_text_in_each_dialect():
    texts = {code: skeleton(next(r for r in DELIVERED if r.about.code == "lab_result"), d) for code, d in DIALECTS.items()}
    assert "to_char(t.〔报告时间〕, 'YYYY-MM-DD HH24:MI:SS') AS reported_at" in texts["oracle"]
    assert texts["dm"].splitlines()[2:] == texts["oracle"].splitlines()[2:]
    assert "CONVERT(varchar(19), t.〔报告时间〕, 120) AS reported_at" in texts["mssql"]


def test_an_address_tells_its_dialect():
    assert [dialect_of(u + "://x").code for u in ("postgres", "mysql+pymysql", "mariadb", "dm+dmPython", "mssql+pyodbc")] == [
        "postgresql", "mysql", "mysql", "dm", "mssql"]
    with pytest.raises(XinglinError, match=r"db2.*可写：postgresql"):
        dialect_of("db2://x")


@pytest.mark.parametrize(("line", "too_much"), [
    ("GRANT USAGE ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD 'x'", []),
    ("GRANT SELECT, SHOW VIEW ON `his`.* TO `r`@`%`", []),
    ("GRANT SELECT, INSERT (a, b), UPDATE ON `his`.`t` TO `r`@`%`", ["INSERT ON his.t", "UPDATE ON his.t"]),
    ("GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION", ["ALL PRIVILEGES ON *.*"]),
    ("GRANT `readers` TO `r`@`%`", [])])
def test_grants_of_mysql(line, too_much):
    assert _granted(line) == too_much


@pytest.mark.parametrize("value", [datetime(2026, 3, 1, 8, 0, 0, 250), date(2026, 3, 1), 17, Decimal("17.5"), "20260301080000", b"\x00\x1f"])
def test_a_watermark_survives_being_kept(value):
    assert opened(kept(value)) == value


def test_a_run_begins_a_little_before():
    assert a_little_before(datetime(2026, 3, 1, 8), timedelta(minutes=10)) == datetime(2026, 3, 1, 7, 50)
    assert a_little_before(date(2026, 3, 1), timedelta(minutes=10)) == date(2026, 2, 28)
    assert a_little_before("20260301080000", timedelta(minutes=10)) == "20260301075000"
    assert a_little_before(17, timedelta(days=1)) == 17
    assert not_after_tomorrow("2099-01-01 00:00:00") < "2099" and not_after_tomorrow("2026-01-01 00:00:00") == "2026-01-01 00:00:00"


@pytest.mark.parametrize(("now", "yes"), [(23, True), (5, True), (6, False), (12, True), (13, False)])
def test_hours_go_over_midnight(now, yes):
    spans = [(time(22), time(6)), (time(12), time(13))]
    assert hours.allowed(spans, datetime(2026, 3, 1, now)) is yes and hours.allowed([], datetime(2026, 3, 1, now))


def test_the_pace_is_held_over_the_whole_run():
    now, slept = [0.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds
    pace = Pace(100, clock=lambda: now[0], sleep=sleep)
    pace.took(50)
    now[0] += 2                     # the county worked two seconds: that much is owed no more
    pace.took(50)
    pace.took(300)
    assert slept == [0.5, 1.5] and now[0] == 4.0
