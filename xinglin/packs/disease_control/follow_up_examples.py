"""随访指标共用的例：同样的故事，各病各算一遍。"""

from collections.abc import Callable

from xinglin.datasets.people import Person
from xinglin.datasets.work import Case, ContactAttempt, LoopCase, Task
from xinglin.declare.example import Counted
from xinglin.declare.record import Record, Row

LONG_AGO = "2024-05-05"


def case(person: int, programme: str, *, state: str = "在管", enrolled: str = LONG_AGO, **more: object) -> Row:
    """Somebody in the programme."""
    return Case.row(person=person, programme=programme, state=state, enrolled=enrolled, **more)


def resident(person: int, *, born: str = "1960-01-01", **more: object) -> Row:
    """A usual resident."""
    return Person.row(person=person, updated_on="2024-01-01", birth_date=born, usual_resident=True, **more)


def _task(programme: str, task: str) -> Callable[..., Row]:
    def made(person: int, due: str, done: str | None = None, state: str = "到期") -> Row:
        return Task.row(person=person, programme=programme, task=task, cycle=due, due_by=due, done_on=done, state=state)
    return made


def _loop(programme: str, person: int, opened: str, follow_by: str, closed: str | None = None) -> Row:
    return LoopCase.row(person=person, programme=programme, loop="referral", opened=opened, follow_by=follow_by, closed=closed)


def _tried(programme: str, person: int, outcome: str) -> Row:
    return ContactAttempt.row(person=person, programme=programme, day="2026-04-01", means="上门", outcome=outcome)


def examples(code: str, record: type[Record], *, prevalence: float) -> tuple[Counted, ...]:
    """One example for each figure that follow-up programmes share. `code`: of the programme and its figures."""
    visit, recheck = _task(code, "visit"), _task(code, "recheck")
    loops = (_loop(code, 1, "2026-03-01", "2026-03-15", "2026-03-10"), _loop(code, 2, "2026-03-01", "2026-03-15", "2026-03-22"),
             _loop(code, 3, "2026-06-25", "2026-07-09"))
    return (
        Counted("一人在管、一人失访、一人三月死亡：失访仍计，死亡不计", f"{code}.managed_count",
                (case(1, code), case(2, code, state="失访"), case(3, code, state="已结案", ended="2026-03-01")), 2),
        Counted("当年纳入一人，上年纳入一人，待核实一人：只计当年纳入的", f"{code}.new_cases",
                (case(1, code, enrolled="2026-02-01"), case(2, code, enrolled="2025-02-01"),
                 case(3, code, state="待核实", enrolled="2026-02-01")), 1),
        Counted("当年随访两次、上年一次：两次", f"{code}.visits",
                tuple(record.row(person=1, day=d) for d in ("2025-12-31", "2026-01-01", "2026-04-01")), 2),
        Counted("两人在管；四个成年常住居民，患者数按患病率估算", f"{code}.managed_share",
                (case(1, code), case(2, code), *(resident(n) for n in (1, 2, 3, 4)), resident(5, born="2010-01-01")),
                2, 4 * prevalence / 100),
        Counted("复查三次：按期、迟了、没有做；未到期的一次不计", f"{code}.recheck_on_time",
                (recheck(1, "2026-03-15", "2026-03-14"), recheck(2, "2026-04-15", "2026-04-20"), recheck(3, "2026-05-15"),
                 recheck(4, "2026-07-10")), 1, 3),
        Counted("转诊三例：九天追踪、二十一天追踪、还在期限内：只计前两例", f"{code}.referral_closed", loops, 1, 2),
        Counted("一人在管、一人五月失访", f"{code}.lost_share",
                (case(1, code), case(2, code, state="失访", paused_on="2026-05-01")), 1, 2),
        Counted("到期的随访三次，一次因更正撤销：三次", f"{code}.due",
                (visit(1, "2026-03-01", "2026-02-20"), visit(2, "2026-04-01"), visit(3, "2026-06-30"),
                 visit(4, "2026-05-01", state="因更正撤销")), 3),
        Counted("一次按期、一次迟做、一次没有做；今天到期的还不算", f"{code}.late",
                (visit(1, "2026-03-01", "2026-02-20"), visit(2, "2026-03-01", "2026-03-05"), visit(3, "2026-04-01"),
                 visit(4, "2026-06-30")), 2, 3),
        Counted("两次未见到、一次外出：两次", f"{code}.not_found",
                (_tried(code, 1, "未见到"), _tried(code, 2, "未见到"), _tried(code, 3, "外出")), 2),
        Counted("开启三例，了结两例", f"{code}.loops_closed", loops, 2, 3),
        Counted("九天和二十一天了结，一例未了：平均十五天", f"{code}.loop_days", loops, 30, 2),
    )
