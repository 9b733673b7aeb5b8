"""Cases for everyone: who came in when, who left, who is paused, who is suspected (`fold._life`)."""

from __future__ import annotations

from typing import Any

import ibis

from xinglin.act.programmes.fold import ENDED, EXCLUDED, LOST, MANAGED, SUSPECT
from xinglin.act.programmes.plan_evidence import evidence
from xinglin.act.programmes.plan_rows import Source, earlier, order, person_columns, union_all
from xinglin.datasets.work import CaseChange, ContactAttempt
from xinglin.declare.programme import Programme, Stop
from xinglin.declare.table import PERSON_PREFIX, to_ibis

IN, OUT, CLOSED, RESUMED = "纳入", "排除", "结案", "恢复"
TAKEN = "转入专案"
LIFE = {"person": "int64", "state": "string", "enrolled": "date", "ended": "date",
        "end_reason": "string", "cleared_on": "date"}


def cases(source: Source, programme: Programme) -> tuple[Any, Any]:
    """(cases, suspects).

    cases: every person whom the programme knows, in any state: LIFE, `paused_on`, `until` (the last
    day that counts), `place` and `person__*`. suspects: those to verify, with their evidence row.
    """
    keep = source.stages.keep
    changes = keep(_changes(source, programme))
    carers = keep(_carers(source))
    people = keep(_cared_for(source.people(person_columns(programme)), carers))
    lives = keep(_with_automatic(source, programme, changes, people, _folded(changes, programme)))
    who = keep(_of_people(_stopped(source, programme, lives, changes, people), people, carers))
    paused = keep(_paused(source, programme, who, changes))
    suspected = keep(_suspects(source, programme, who, people))
    known = keep(_states(source, who, paused, suspected, people))
    return known, suspected


def _changes(source: Source, programme: Programme) -> Any:
    """case_change rows of this programme and of those that take its people over, placed in order."""
    rows = source.read(CaseChange)
    rows = rows.filter(rows.programme.isin([programme.code, *programme.enrol.unless]))
    window = ibis.window(group_by=["person", "programme"], order_by=order(CaseChange, rows))
    return rows.select("person", "programme", "change", "confirmed", day=rows.day__,
                       pos=ibis.row_number().over(window))


def _carers(source: Source) -> Any:
    """person, org, doctor: as the last 纳入 of any programme that names them says."""
    rows = source.read(CaseChange)
    rows = rows.filter(rows.change == IN)
    rows = rows.mutate(n__=ibis.row_number().over(group_by=rows.person, order_by=order(CaseChange, rows)))
    return rows.group_by("person").aggregate(**{
        c: rows[c].argmax(rows.n__, where=rows[c].notnull()) for c in ("org", "doctor")})


def _cared_for(people: Any, carers: Any) -> Any:
    """The people; who looks after them is told by the register, else by their enrolment."""
    both = people.left_join(carers, "person").drop("person_right")
    return both.mutate(person__org=both.person__org.coalesce(both.org),
                       person__doctor=both.person__doctor.coalesce(both.doctor)).drop("org", "doctor")


# -- enrolment -----------------------------------------------------------------------------------

def _folded(changes: Any, programme: Programme) -> Any:
    """The state machine of `fold._changed`: 纳入 opens unless open, 排除 ends, 结案 ends a case."""
    own = changes.filter((changes.programme == programme.code) & changes.change.isin([IN, OUT, CLOSED]))
    window = ibis.window(group_by="person", order_by="pos")
    upto = ibis.cumulative_window(group_by="person", order_by="pos")
    marked = own.mutate(before=own.change.lag().over(window),
                        entered=(own.change == IN).cast("int8").max().over(upto))
    marked = marked.filter((marked.change != CLOSED) | (marked.entered == 1))
    fresh = (marked.change == IN) & (marked.before.isnull() | (marked.before != IN))
    out = marked.change == OUT
    pos = marked.pos
    life = marked.group_by("person").aggregate(
        enrolled=marked.day.argmax(pos, where=fresh), fresh=pos.max(where=fresh),
        cleared=marked.day.argmax(pos, where=out), out=pos.max(where=out),
        last=marked.change.argmax(pos), last_day=marked.day.argmax(pos))
    open_ = life["last"] == IN
    cleared = life.fresh.isnull() | (life.out > life.fresh)
    return life.select(
        "person", state=ibis.cases((open_, MANAGED), (life["last"] == OUT, EXCLUDED), else_=ENDED),
        enrolled=life.enrolled, ended=_unless(open_, life.last_day),
        end_reason=_unless(open_, life["last"]),
        cleared_on=ibis.ifelse(cleared, life.cleared, ibis.null("date")))


def _unless(condition: Any, value: Any) -> Any:
    return ibis.ifelse(condition, ibis.null(value.type()), value)


def _with_automatic(source: Source, programme: Programme, changes: Any, people: Any, life: Any) -> Any:
    """Those whom automatic evidence enrols, beside those whom a case_change did."""
    kinds = programme.enrol.automatic
    if not kinds:
        return life
    outside = people.anti_join(life.filter(life.enrolled.notnull()), "person")
    first = source.stages.keep(evidence(source, kinds, _may_enter(source, programme, outside, life)))
    first = first.left_join(_taken_over(changes, programme), "person")
    first = first.filter(first.taken.isnull() | (first.taken > first.day))
    entered = first.select(
        "person", state=ibis.literal(MANAGED), enrolled=first.day, ended=ibis.null("date"),
        end_reason=ibis.null("string"), cleared_on=ibis.null("date"))
    return union_all([life.anti_join(entered, "person").cast(LIFE), entered.cast(LIFE)])


def _may_enter(source: Source, programme: Programme, people: Any, life: Any) -> Any:
    """People for whom `who` holds on the day, with the day up to which evidence is answered."""
    on = ibis.literal(source.on)
    able = people.filter(to_ibis(programme.enrol.who, people, on=on))
    answered = life.select("person", "cleared_on")
    joined = able.left_join(answered, "person").drop("person_right")
    return joined.mutate(place=joined[f"{PERSON_PREFIX}place"], org=joined[f"{PERSON_PREFIX}org"],
                         doctor=joined[f"{PERSON_PREFIX}doctor"])


def _taken_over(changes: Any, programme: Programme) -> Any:
    """The day from which a programme of `unless` has the person."""
    theirs = changes.filter(changes.programme.isin(list(programme.enrol.unless) or [""])
                            & (changes.change == IN))
    return theirs.group_by("person").aggregate(taken=theirs.day.min())


# -- the end -------------------------------------------------------------------------------------

def _stopped(source: Source, programme: Programme, life: Any, changes: Any, people: Any) -> Any:
    """Death, registered move-out, an `unless` programme and `ends_by` end a case from their day."""
    went = people.select("person", died=people.person__died_on, moved=people.person__moved_out_on)
    life = life.left_join(went, "person").drop("person_right")
    life = life.left_join(_taken_over(changes, programme), "person").drop("person_right")
    life = life.left_join(_records_that_end(source, programme, life, people), "person").drop("person_right")
    known = [(_stop(source, programme, Stop.DIED, life.died), Stop.DIED.value),
             (_stop(source, programme, Stop.MOVED_OUT, life.moved), Stop.MOVED_OUT.value),
             (life.taken, TAKEN),
             *((life[f"end{i}"], f.record.about.title) for i, f in enumerate(programme.ends_by))]
    day = life.ended
    for one, _ in known:
        day = earlier(one, day)
    applies = (life.state != EXCLUDED) & life.enrolled.notnull() & day.notnull()
    reason = ibis.cases(*[(one == day, why) for one, why in known], else_=life.end_reason)
    return life.select(
        "person", state=ibis.ifelse(applies, ENDED, life.state), enrolled=life.enrolled,
        ended=ibis.ifelse(applies, day, life.ended),
        end_reason=ibis.ifelse(applies, reason, life.end_reason),
        cleared_on=life.cleared_on)


def _records_that_end(source: Source, programme: Programme, life: Any, people: Any) -> Any:
    """`end<i>`: the first day, on or after enrolment, of a record that meets the i-th of `ends_by`."""
    found = life.select("person")
    began = life.filter(life.enrolled.notnull()).select("person", began__=life.enrolled)
    for i, first in enumerate(programme.ends_by):
        rows = source.read(first.record).inner_join(began, "person").inner_join(people, "person")
        rows = rows.filter((rows.day__ >= rows.began__) & to_ibis(first.where, rows, on=rows.day__))
        ends = rows.group_by("person").aggregate(**{f"end{i}": rows.day__.min()})
        found = found.left_join(ends, "person").drop("person_right")
    return found


def _stop(source: Source, programme: Programme, stop: Stop, day: Any) -> Any:
    if stop not in programme.stops:
        return ibis.null("date")
    return ibis.ifelse(day <= ibis.literal(source.on), day, ibis.null("date"))


def _of_people(life: Any, people: Any, carers: Any) -> Any:
    """The life beside the person's columns; whom the register does not know, the enrolment tells of."""
    joined = life.left_join(people, "person").drop("person_right")
    joined = joined.left_join(carers, "person").drop("person_right")
    return joined.mutate(place=joined.person__place,
                         org=joined.person__org.coalesce(joined.org),
                         doctor=joined.person__doctor.coalesce(joined.doctor))


# -- pauses --------------------------------------------------------------------------------------

def _paused(source: Source, programme: Programme, who: Any, changes: Any) -> Any:
    """person, paused_on, paused_as: 失访 or 拒绝 that no later service or 恢复 has lifted."""
    managed = who.filter(who.state == MANAGED).select("person", "enrolled")
    allowed = [p.value for p in programme.pauses]
    own = changes.filter((changes.programme == programme.code)
                         & changes.change.isin([*allowed, RESUMED])).inner_join(managed, "person")
    own = own.filter(own.day >= own.enrolled)
    own = own.filter((own.change != LOST) | own.confirmed.fill_null(False))
    if programme.lost_after is not None:
        own = _enough_attempts(source, programme, own)
    last = own.group_by("person").aggregate(
        paused_on=own.day.argmax(own.pos), paused_as=own.change.argmax(own.pos))
    last = source.stages.keep(last.filter(last.paused_as != RESUMED))
    return last.anti_join(_served_after(source, programme, last), "person")


def _enough_attempts(source: Source, programme: Programme, own: Any) -> Any:
    """失访 counts after enough attempts on different days."""
    assert programme.lost_after is not None
    attempts = source.read(ContactAttempt)
    attempts = attempts.filter(attempts.programme == programme.code)
    attempts = attempts.select("person", tried=attempts.day__).distinct()
    lost = own.filter(own.change == LOST).select("person", "pos", "day")
    tried = lost.left_join(attempts, [lost.person == attempts.person, attempts.tried <= lost.day])
    counted = tried.group_by(["person", "pos", "day"]).aggregate(times=tried.tried.count())
    enough = counted.filter(counted.times >= programme.lost_after.at(counted.day))
    counts = own.semi_join(enough, ["person", "pos"])
    return union_all([own.filter(own.change != LOST), counts.filter(counts.change == LOST)])


def _served_after(source: Source, programme: Programme, paused: Any) -> Any:
    """People served after the day on which their case was paused."""
    rows = [source.read(record) for record in programme.services]
    every = union_all([r.select("person", day=r.day__) for r in rows])
    met = every.inner_join(paused, "person")
    return met.filter(met.day > met.paused_on).select("person").distinct()


# -- suspicion, and all together -----------------------------------------------------------------

def _suspects(source: Source, programme: Programme, who: Any, people: Any) -> Any:
    """Evidence of people who have no case, may come in, and have not died or moved out."""
    on = ibis.literal(source.on)
    living = people
    for stop, column in ((Stop.DIED, "died_on"), (Stop.MOVED_OUT, "moved_out_on")):
        if stop in programme.stops:
            day = living[PERSON_PREFIX + column]
            living = living.filter(day.isnull() | (day > on))
    cases_ = who.filter(who.enrolled.notnull() & (who.state != EXCLUDED))
    free = _may_enter(source, programme, living.anti_join(cases_, "person"), who)
    if not programme.enrol.suspects:
        none = free.filter(ibis.literal(False))
        return none.select("person", day=on, kind=ibis.literal(0, "int8"), why_record=ibis.literal(""),
                           why_rk=ibis.literal(0, "int64"), place="place", org="org", doctor="doctor")
    found = evidence(source, programme.enrol.suspects, free)
    where = free.select("person", "place", "org", "doctor")
    return found.left_join(where, "person").drop("person_right")


def _states(source: Source, who: Any, paused: Any, suspected: Any, people: Any) -> Any:
    """Every person with a state: cases, excluded, and suspects that were no case."""
    names = [f"{PERSON_PREFIX}{c}" for c in _plain(people)]
    new = suspected.anti_join(who, "person").select("person").inner_join(people, "person")
    blank = {n: ibis.null(t) for n, t in LIFE.items() if n not in ("person", "state")}
    fresh = new.select("person", *names, state=ibis.literal(SUSPECT), **blank,
                       place=new.person__place, org=new.person__org, doctor=new.person__doctor)
    again = who.left_join(suspected.select("person", again=ibis.literal(True)), "person")
    again = again.drop("person_right").left_join(paused, "person").drop("person_right")
    state = ibis.cases((again.again.notnull(), SUSPECT), else_=again.paused_as.coalesce(again.state))
    kept = again.mutate(state=state).select("person", *names, *LIFE_COLUMNS, "paused_on")
    every = union_all([kept, fresh.mutate(paused_on=ibis.null("date")).select(kept.columns)])
    is_case = every.enrolled.notnull() & ~every.state.isin([EXCLUDED, SUSPECT])
    last = ibis.ifelse(is_case, every.ended, ibis.null("date")).coalesce(ibis.literal(source.on))
    return every.mutate(is_case=is_case, until=last)


LIFE_COLUMNS = ("state", "enrolled", "ended", "end_reason", "cleared_on", "org", "doctor", "place")


def _plain(people: Any) -> list[str]:
    return [c.removeprefix(PERSON_PREFIX) for c in people.columns if c.startswith(PERSON_PREFIX)]
