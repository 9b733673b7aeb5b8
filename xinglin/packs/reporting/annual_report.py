"""基本公共卫生服务年度报告：每个数来自一个指标，或者写明由谁填报。

句子里不写数字；升、降、持平由数字决定。没有的数照样印出“—（未取得）”，并交给欠数的科室。
"""

from xinglin.declare.pack import Pack
from xinglin.declare.report import (
    Change,
    Chart,
    Extreme,
    Filled,
    Fraction,
    Given,
    Report,
    Table,
    Value,
    When,
    paragraph,
    section,
    sentence,
)
from xinglin.packs.disease_control.diabetes import indicators as dm
from xinglin.packs.disease_control.hypertension import indicators as htn
from xinglin.packs.public_health import health_record as rec

POPULATION = Given(code="population", title="年末常住人口", unit="万人", office="县统计局", decimals=2)
FUNDS = Given(code="funds", title="基本公共卫生服务补助资金", unit="万元", office="财务股", decimals=1)
INSTITUTIONS = Given(code="institutions", title="承担基本公共卫生服务的机构数", unit="个", office="基层卫生股")

RECORDS = section(
    "居民健康档案管理",
    paragraph(
        sentence("辖区常住居民建档率{rate}（{n}），{change}。", rate=Value(rec.coverage), n=Fraction(rec.coverage),
                 change=Change(rec.coverage)),
        sentence("档案使用率{rate}（{n}），{change}。", rate=Value(rec.use), n=Fraction(rec.use), change=Change(rec.use)),
        sentence("各乡镇中使用率最高的是{best}，最低的是{worst}。", best=Extreme(rec.use), worst=Extreme(rec.use, best=False)),
    ),
    Chart(title="各乡镇健康档案使用率", indicator=rec.use),
)

HYPERTENSION = section(
    "高血压患者健康管理",
    section(
        "管理与控制",
        paragraph(
            sentence("在管高血压患者{n}，{change}；当年新纳入{new}。", n=Value(htn.managed_count),
                     change=Change(htn.managed_count), new=Value(htn.new_cases)),
            sentence("规范管理率{rate}（{n}），{change}。", rate=Value(htn.standard_managed),
                     n=Fraction(htn.standard_managed), change=Change(htn.standard_managed)),
            sentence("管理人群血压控制率{rate}（{n}），{change}。", rate=Value(htn.bp_controlled),
                     n=Fraction(htn.bp_controlled), change=Change(htn.bp_controlled)),
            sentence("控制率有所回落，须逐村核对未达标者的用药和随访。", when=When(htn.bp_controlled, ("falling",))),
        ),
        Table(title="各乡镇高血压患者管理情况", columns=(htn.managed_count, htn.standard_managed, htn.bp_controlled)),
    ),
    section(
        "随访与转诊",
        paragraph(
            sentence("完成随访{n}，{change}；到期应做{due}，逾期率{late}，{turn}。", n=Value(htn.visits),
                     change=Change(htn.visits), due=Value(htn.due), late=Value(htn.late), turn=Change(htn.late)),
            sentence("两周内复查按期率{rate}（{n}）。", rate=Value(htn.recheck_on_time), n=Fraction(htn.recheck_on_time)),
            sentence("联系而未见到人{n}，失访率{lost}（{fraction}）。", n=Value(htn.not_found), lost=Value(htn.lost_share),
                     fraction=Fraction(htn.lost_share)),
            sentence("转诊闭环率{rate}（{n}），按期追踪率{time}，平均用时{days}。", rate=Value(htn.loops_closed),
                     n=Fraction(htn.loops_closed), time=Value(htn.referral_closed), days=Value(htn.loop_days)),
        ),
    ),
)

DIABETES = section(
    "2 型糖尿病患者健康管理",
    section(
        "管理与控制",
        paragraph(
            sentence("在管 2 型糖尿病患者{n}，{change}；当年新纳入{new}。", n=Value(dm.managed_count),
                     change=Change(dm.managed_count), new=Value(dm.new_cases)),
            sentence("规范管理率{rate}（{n}），{change}。", rate=Value(dm.standard_managed),
                     n=Fraction(dm.standard_managed), change=Change(dm.standard_managed)),
            sentence("管理人群血糖控制率{rate}（{n}），{change}。", rate=Value(dm.glucose_controlled),
                     n=Fraction(dm.glucose_controlled), change=Change(dm.glucose_controlled)),
        ),
        Table(title="各乡镇 2 型糖尿病患者管理情况", columns=(dm.managed_count, dm.standard_managed, dm.glucose_controlled)),
    ),
    section(
        "随访与转诊",
        paragraph(
            sentence("完成随访{n}，{change}；到期应做{due}，逾期率{late}。", n=Value(dm.visits), change=Change(dm.visits),
                     due=Value(dm.due), late=Value(dm.late)),
            sentence("空腹血糖检测率{rate}（{n}）。", rate=Value(dm.tested), n=Fraction(dm.tested)),
            sentence("转诊闭环率{rate}（{n}），平均用时{days}。", rate=Value(dm.loops_closed), n=Fraction(dm.loops_closed),
                     days=Value(dm.loop_days)),
        ),
    ),
)

NEXT = section(
    "下一步工作",
    paragraph(
        sentence("继续清理逾期随访，逐人核对失访，把按期率纳入乡镇考核。", when=When(htn.late, ("rising", "flat", "unknown"))),
        sentence("逾期率已在下降，继续按周通报各乡镇未做的随访。", when=When(htn.late, ("falling",))),
        sentence("未取得的数由所列科室限期补报，补报后更新本报告并注明日期。"),
    ),
)

ANNUAL = Report(
    code="annual",
    title="{year}年基本公共卫生服务工作情况报告",
    office="县卫生健康局",
    opening=(
        paragraph(
            sentence("年末常住人口{people}，承担基本公共卫生服务的机构{institutions}，到位补助资金{funds}。",
                     people=Filled(POPULATION), institutions=Filled(INSTITUTIONS), funds=Filled(FUNDS)),
        ),
    ),
    chapters=(RECORDS, HYPERTENSION, DIABETES, NEXT),
)

PACK = Pack(code="annual", title="年度报告", office="办公室", sources=[], norms=[], reports=(ANNUAL,))
