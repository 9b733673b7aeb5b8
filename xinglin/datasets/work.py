"""Work: what was done about cases, and what the night derives (cases, tasks, loops).

`case_change`, `contact_attempt` and `loop_step` are history. `case`, `task` and `loop` are derived
every night and can be dropped.
"""

from xinglin.datasets.codelists import CASE_CHANGE, CONTACT_MEANS, CONTACT_OUTCOME
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Integer,
    OrgRef,
    PersonRef,
    PlaceRef,
    Record,
    StaffRef,
    Text,
    YesNo,
)


class CaseChange(Record):
    """专案变化：纳入、排除、失访、拒绝、恢复、结案，各是一行。"""

    about = About(code="case_change", title="专案变化", grain="一次变化", dated_by="day",
                  line=("programme", "change"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True, at_most=40)
    day = Day("日期", required=True)
    change = Coded("变化", codes=CASE_CHANGE, required=True)
    org = OrgRef("管理机构")
    doctor = StaffRef("责任医生")
    confirmed = YesNo("上级已确认")
    reason = Text("理由或依据")


class ContactAttempt(Record):
    """联系：一行是一次上门、电话或委托，没有见到人也记。"""

    about = About(code="contact_attempt", title="联系记录", grain="一次联系", dated_by="day",
                  line=("means", "outcome"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True, at_most=40)
    day = Day("日期", required=True)
    org = OrgRef("机构")
    doctor = StaffRef("联系人")
    means = Coded("联系方式", codes=CONTACT_MEANS, required=True)
    outcome = Coded("联系结果", codes=CONTACT_OUTCOME, required=True)
    back_on = Day("预计返回")
    reason = Text("说明")


class LoopStep(Record):
    """闭环步骤：转出、接诊、回转各是一行。"""

    about = About(code="loop_step", title="闭环步骤", grain="一步", dated_by="day",
                  line=("loop", "step"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True, at_most=40)
    loop = Text("闭环", required=True, at_most=40)
    step = Text("步骤", required=True, at_most=20)
    day = Day("日期", required=True)
    org = OrgRef("机构")
    doctor = StaffRef("经办人")
    to_org = OrgRef("转往机构")
    note = Text("说明")


class Case(Record):
    """专案（推算）：一行是一位居民在一个方案中的现状。"""

    about = About(code="case", title="专案", grain="居民 + 方案", dated_by="enrolled",
                  key=("person", "programme"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True)
    state = Text("状态")                      # 待核实 在管 失访 拒绝 已结案 已排除
    enrolled = Day("纳入日期")
    ended = Day("结束日期")
    end_reason = Text("结束原因")
    paused_on = Day("暂停日期")
    org = OrgRef("管理机构")
    doctor = StaffRef("责任医生")
    place = PlaceRef("居住村（社区）")
    last_day = Day("最近一次记录")
    last_class = Text("最近一次分类")
    next_due = Day("下次到期")
    open_tasks = Integer("未了任务")
    open_loops = Integer("未了闭环")


class Task(Record):
    """任务（推算）：居民 + 方案 + 任务 + 周期。"""

    about = About(code="task", title="任务", grain="居民 + 方案 + 任务 + 周期", dated_by="due_by",
                  key=("person", "programme", "task", "cycle"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True)
    task = Text("任务", required=True)
    cycle = Text("周期", required=True)
    due_from = Day("起始")
    due_by = Day("最迟", required=True)
    state = Text("状态")                      # 未到 到期 逾期 已了 错过 暂停
    done_on = Day("完成日期")
    why_record = Text("触发记录类别")
    why_rk = Integer("触发记录")
    org = OrgRef("管理机构")
    doctor = StaffRef("责任医生")
    place = PlaceRef("居住村（社区）")


class LoopCase(Record):
    """闭环（推算）：居民 + 方案 + 闭环 + 开启日。"""

    about = About(code="loop", title="闭环", grain="居民 + 方案 + 闭环 + 开启日", dated_by="opened",
                  key=("person", "programme", "loop", "opened"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True)
    loop = Text("闭环", required=True)
    opened = Day("开启日期", required=True)
    follow_by = Day("追踪期限")
    closed = Day("了结日期")
    step = Text("已到步骤")
    reasons = Text("开启原因")
    why_record = Text("触发记录类别")
    why_rk = Integer("触发记录")
    org = OrgRef("管理机构")
    doctor = StaffRef("责任医生")
    place = PlaceRef("居住村（社区）")


class Suspect(Record):
    """待核实（推算）：一行是一位居民可能应纳入一个方案，连同依据的那条记录。"""

    about = About(code="suspect", title="待核实", grain="居民 + 方案", dated_by="day",
                  key=("person", "programme"))

    person = PersonRef("居民", required=True)
    programme = Text("方案", required=True)
    day = Day("依据日期", required=True)
    why_record = Text("依据记录类别")
    why_rk = Integer("依据记录")
    org = OrgRef("管理机构")
    doctor = StaffRef("责任医生")
    place = PlaceRef("居住村（社区）")
