"""What the lake itself gives away: rows that no single delivery could be asked about.

Each finding is declared: title, sentence, and a query over lake tables that yields keys
`source/record/record_id` (or `staff|day`). A finding is a reason to open a file, never a verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from xinglin.declare.programme import Programme
from xinglin.gather.finding_queries import QUERIES
from xinglin.gather.follow_up import VIEW as VISITS
from xinglin.gather.follow_up import forms_of, visits_sql
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.lake.tables import LAKE
from xinglin.registry.models import Organisation, Place, Post


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One declared finding. `needs`: tables without which there is nothing to look at."""

    code: str
    title: str
    sentence: str
    needs: tuple[str, ...]

    @property
    def query(self) -> str:
        return QUERIES[self.code]


@dataclass(frozen=True)
class Found:
    """One thing found: which finding, and the key of what it is about."""

    code: str
    key: str


def _finding(code: str, title: str, sentence: str, *needs: str) -> Finding:
    return Finding(code=code, title=title, sentence=sentence, needs=needs)


FINDINGS: tuple[Finding, ...] = (
    _finding("copied_measurements", "测量值雷同", "同一医生同一天为六人以上填了完全相同的测量值，请核对原始记录", VISITS),
    _finding("crowded_day", "一日随访过多", "同一医生一天面访三十人以上（各种随访合计），当天多数人并无体检，请核对",
             VISITS, "annual_exam"),
    _finding("visit_in_hospital", "住院期间的面访", "面访那天本人正在住院，请核对随访日期", VISITS, "encounter"),
    _finding("visit_after_death", "死亡之后的随访", "随访晚于死亡日期，请核对随访或死亡登记", VISITS, "death", "encounter"),
    _finding("seen_after_death", "死亡登记之后仍有就诊", "登记死亡之后在两天以上有就诊，请核对死亡登记", "death", "encounter"),
    _finding("death_reported_late", "死亡报告迟", "死亡后九十天以上才报告，其间的任务和指标受影响", "death"),
    _finding("year_in_one_go", "四次随访挤在十天内", "一年的四次随访都在十天之内，请核对是否补录", VISITS),
    _finding("two_keys", "换系统后重复", "同一机构同一天同一科室的一次就诊有两个编号和两个患者号，疑为换系统后补传",
             "encounter"),
    _finding("key_reused", "编号先后指两个人", "同一编号先后指不同的人，先到的行已被覆盖，请来源方改用不重复的编号"),
    _finding("content_changed", "重传后内容变了", "同一行重传后内容不同，请核对以哪一次为准"),
    _finding("withdrawn", "来源方撤销", "来源方撤销了已报的行"),
    _finding("late_month", "迟到的月份", "整月的数据晚于其后月份到达，已公布的数会变", "encounter"),
    _finding("two_files", "一人两处建档", "同一人在两个乡镇都有档案，请核对常住地并合并", "person"),
    _finding("place_merged", "住址用了已撤并的村", "居住村已撤并，请改为现行村", "person"),
    _finding("town_renamed", "住址用了已更名的乡镇", "居住地所在乡镇已更名改码，请改为现行代码", "person"),
    _finding("closed_clinic", "机构关闭之后仍有服务", "服务日期在机构关闭之后，请核对机构代码", "encounter"),
    _finding("doctor_left", "医生离岗之后仍有服务", "服务日期在该医生离岗之后，请核对由谁服务", VISITS),
    _finding("other_sex", "诊断与性别不符", "诊断只见于另一性别，疑用了他人的卡", "diagnosis", "person"),
    _finding("weight_in_jin", "体重疑为市斤", "体重约为同一人其他记录的两倍或体质指数过高，疑以市斤填写", "annual_exam"),
    _finding("newborn_unnamed", "新生儿未并档", "接种记录没有证件号，同日同地出生的儿童缺这几剂，疑为同一人",
             "vaccination", "person"),
)
BY_CODE = {f.code: f for f in FINDINGS}


def find(con: duckdb.DuckDBPyConnection, *, on: date, programmes: Iterable[Programme],
         codes: Collection[str] | None = None) -> list[Found]:
    """Everything found in the lake as of `on`. `con`: a reader's cursor of the lake.

    `programmes`: the county's, whose follow-up forms are looked into.
    """
    wanted = FINDINGS if codes is None else tuple(_named(c) for c in codes)
    tables = {t for (t,) in con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [LAKE]).fetchall()}
    _bring_registry(con, on)
    _make_versions(con, tables)
    forms = forms_of(programmes)
    con.execute(f"CREATE OR REPLACE TEMP VIEW {VISITS} AS {visits_sql(forms, tables)}")
    if any(f.about.code in tables for f in forms):
        tables.add(VISITS)
    return [Found(f.code, str(key)) for f in wanted if tables.issuperset(f.needs)
            for (key,) in con.execute(f.query).fetchall()]


def find_all(home: Home, *, day: date, programmes: Iterable[Programme]) -> dict[str, int]:
    """Finding → how many, as of a day; for the night's report."""
    with open_lake(home).cursor() as con:
        found = Counter(one.code for one in find(con, on=day, programmes=programmes))
    return {f.code: found[f.code] for f in FINDINGS if found[f.code]}


def _named(code: str) -> Finding:
    if code not in BY_CODE:
        raise XinglinError(f"没有叫“{code}”的核查", do=f"可用：{'、'.join(BY_CODE)}")
    return BY_CODE[code]


def _bring_registry(con: duckdb.DuckDBPyConnection, on: date) -> None:
    """What has ended in the registry, beside the lake's tables: some hundred rows."""
    places = Place.objects.filter(valid_to__lte=on).values_list("code", "parent__valid_to", "valid_to")
    _put(con, "ended_place", ("code", "town_ended", "ended"), list(places))
    orgs = Organisation.objects.filter(valid_to__isnull=False).values_list("code", "valid_to")
    _put(con, "ended_org", ("code", "ended"), list(orgs))
    posts = Post.objects.values_list("staff_id", "to_day")
    held: dict[str, list[date | None]] = {}
    for staff, to_day in posts:
        held.setdefault(staff, []).append(to_day)
    _put(con, "left_staff", ("code", "ended"), [
        (staff, max(d for d in days if d)) for staff, days in held.items() if all(days)])


def _put(con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str],
         rows: Sequence[tuple[object, ...]]) -> None:
    arrays = {c: pa.array([r[n] for r in rows], pa.string() if c == "code" else pa.date32())
              for n, c in enumerate(columns)}
    con.register(f"{name}_arrow", pa.table(arrays))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {name}_arrow")
    con.unregister(f"{name}_arrow")


def _make_versions(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    """`told_again`: rows that have more than one version, or a void one, of every Record."""
    con.execute("CREATE OR REPLACE TEMP TABLE told_again (key VARCHAR, subjects BIGINT, contents BIGINT, "
                "deliveries BIGINT, voided BOOLEAN)")
    for table in sorted(t for t in tables if t.endswith("_versions")):
        record = table.removesuffix("_versions")
        con.execute(f"""INSERT INTO told_again
            SELECT any_value(source) || '/{record}/' || any_value(record_id), count(DISTINCT subject),
                   count(DISTINCT digest), count(DISTINCT delivery), bool_or(void)
            FROM {table} SEMI JOIN (SELECT rk FROM {table} GROUP BY rk HAVING count(*) > 1 OR bool_or(void)) r
            USING (rk) GROUP BY rk""")
