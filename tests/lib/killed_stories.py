"""Stories of a small county, each killed before every one of its moments and told again.

`python -m tests.lib.killed_stories STORY …` with XINGLIN_HOME on an empty folder prints what `Deaths.all` gives for
each; a story goes on from where the one before it began.
"""

import hashlib
import importlib
import json
import os
import sys
from datetime import date, timedelta
from types import SimpleNamespace

from tests.lib.dying import Deaths
from xinglin.kernel.home import home
from xinglin.kernel.identity import with_check_digit

ORG, DAY, PLACE = "12330182MB0000001X", date(2026, 6, 30), "330182101201"
MORE = "danger_sign,pregnant,other_emergency,new_complication,adverse_reaction,adr_hard"
QUIET = ",".join(["否"] * 6)
WHO = "patient_id,name,id_number,birth_date,sex,phone,address"
CODES = ("htn.bp_controlled", "htn.recheck_on_time")
WANG, LI = (f"王桂兰,{with_check_digit('33018219540501022')},1954-05-01,女,15400001111,东山村3号",
            f"李国强,{with_check_digit('33018219540501071')},1954-05-01,男,15400002222,东山村9号")
REGISTER = {
    "person__20260101.csv": [f"{WHO},record_id,updated_on,usual_resident,place,org",
                             f"R1,{WANG},P1,2026-01-01,是,{PLACE},{ORG}", f"R2,{LI},P2,2026-01-01,是,{PLACE},{ORG}"],
    "case_change__20260101.csv": [f"{WHO},record_id,programme,day,change,org,confirmed",
                                  f"R1,{WANG},C1,htn,2025-09-01,纳入,{ORG},是", f"R2,{LI},C2,htn,2025-09-01,纳入,{ORG},是"]}
WITHOUT_NUMBER = "王贵兰,,1954-05-01,女,15400001111,东山村3号"
CLINIC = {"htn_visit__20260601.csv": [
    f"{WHO},record_id,day,sbp,dbp,org,{MORE}", f"K9,{WITHOUT_NUMBER},V1,2026-02-10,150,88,{ORG},{QUIET}",
    f"K9,{WITHOUT_NUMBER},V2,2026-05-20,132,80,{ORG},{QUIET}", f"K8,{LI},V3,2026-04-20,128,80,{ORG},{QUIET}"]}
# A correction, a new person, a row to reject, one to ask about; and a file that is none.
LATER = {"htn_visit__20260620.csv": [
    f"{WHO},record_id,day,sbp,dbp,org,{MORE}", f"K8,{LI},V3,2026-04-20,138,80,{ORG},{QUIET}",
    f"K7,赵春花,,1960-02-03,女,15400003333,西山村1号,V4,2026-06-10,150,96,{ORG},{QUIET}",
    f"K8,{LI},V5,2026-06-31,128,80,{ORG},{QUIET}", f"K8,{LI},V6,2026-06-11,90,95,{ORG},{QUIET}"],
    "person__20260620.csv": ["nothing,of,this", "1,2,3"]}


# What the children would each import for themselves.
NEEDED = ("ibis.backends.duckdb", "pypinyin", "xinglin.gather.receive", "xinglin.gather.duplicates.compare", "xinglin.site.settling",
          "xinglin.site.night_steps", "xinglin.act.programmes.project", "xinglin.know.indicators.publish",
          "xinglin.show.reports.annual.actions", "xinglin.show.reports.annual.write", "xinglin.show.reports.writer.pdf")


def found_county():
    """Places, an organisation, what its register and a clinic sent."""
    from django.core.management import call_command

    from xinglin.registry.models import Organisation, Place

    for alias in ("default", "access"):
        call_command("migrate", database=alias, verbosity=0)
    for code, name, level, parent in (("330182000000", "县", 3, None), ("330182101000", "镇", 4, "330182000000"), (PLACE, "村", 5, "330182101000")):
        Place.objects.create(code=code, name=name, level=level, parent_id=parent)
    Organisation.objects.create(code=ORG, name="县医院", kind="county_hospital", level=3, place_id="330182000000")
    send("register", REGISTER)
    send("clinic", CLINIC)
    gather()


def send(source, files):
    for name, lines in files.items():
        folder = home().inbox / source
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def later_files():
    send("clinic", LATER)


def gather():
    from xinglin.gather.receive import gather_waiting

    gather_waiting(home())


def night():
    """Steps of one programme and two figures."""
    from xinglin.know.indicators.readers import run_figures
    from xinglin.lake.store import open_lake
    from xinglin.site import night_steps as steps
    from xinglin.site.load import catalog

    known = catalog()
    some = SimpleNamespace(records=known.records, programmes={"htn": known.programmes["htn"]}, indicators={})
    scene = steps.Scene(home(), some, DAY, full=True)
    for step in (steps.take_journal, steps.compare_people, steps.derive, steps.project):
        step(scene)
    run_figures(open_lake(home()), {c: known.indicators[c] for c in CODES}, known.records, day=DAY, full=True, code="one")


def _pair():
    from xinglin.gather.models import DuplicatePair

    return DuplicatePair.objects.get()


def merge():
    """What the page does, and the run beside it."""
    from xinglin.gather.duplicates.decide import decide_same
    from xinglin.registry.by import By
    from xinglin.site.settling import settle

    if _pair().state == "open":
        decide_same([_pair()], by=By("m1", staff="s"))
    settle(home())


def split():
    from xinglin.gather.duplicates.decide import take_back
    from xinglin.registry.by import By
    from xinglin.site.settling import settle

    if _pair().state == "same":
        take_back([_pair()], by=By("s1", staff="s"))
    settle(home())


def publish():
    from xinglin.kernel.dates import Period
    from xinglin.know.indicators import publish as publishing
    from xinglin.know.indicators import queries
    from xinglin.know.indicators.readers import opener
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog

    lake = open_lake(home())
    con = lake.cursor()
    if publishing.newest(con, CODES[0], "2026", "330182") is None:
        asked = queries.ask(con, catalog().indicators[CODES[0]], Period.parse("2026"), open_=opener(con, DAY), day=DAY, snapshot=0)
        publishing.publish(lake, asked, place="330182", by="统计员", norms="")


def freeze():
    from xinglin.declare.report import Report, Value, paragraph, section, sentence
    from xinglin.lake.store import open_lake
    from xinglin.packs.disease_control.hypertension import indicators as htn
    from xinglin.show.reports.annual import actions, queries
    from xinglin.show.reports.annual.write import Asked, write_files, written
    from xinglin.site.load import catalog

    report = Report(code="annual", title="{year}年报告", office="卫生健康局", chapters=(section("甲", paragraph(
        sentence("控制率{r}。", r=Value(htn.bp_controlled)))),))
    lake = open_lake(home())
    held = queries.editions("annual", 2026)
    edition = held[-1] if held else actions.freeze(lake, written(lake, catalog(), Asked(report=report, year=2026)), as_of=None, actor="s", org="")
    write_files(edition.written, home().root / "reports")


def the_lake_moves_on():
    """Another delivery, and what was pinned for nothing is let go the day after."""
    from xinglin.lake.store import open_lake

    with open_lake(home()).write() as tx:
        tx.watermark("test", 1)


def state():
    """Digest by what it is; nothing in it tells when it was done, or by which snapshot."""
    from django.utils import timezone

    from xinglin.act.programmes.models import CaseRow, OpenLoop, OpenTask, SuspectRow
    from xinglin.gather import models
    from xinglin.gather.originals import sweep
    from xinglin.journal.models import Act
    from xinglin.journal.queries import verify
    from xinglin.lake.store import open_lake
    from xinglin.registry.merging import roots
    from xinglin.registry.models import Person
    from xinglin.show.reports.annual import actions, queries

    sweep(home(), older=timedelta(0))
    lake, found = open_lake(home()), {}
    actions.let_go_unused(lake, now=timezone.now() + timedelta(days=2))
    with lake.cursor() as con:
        found |= {t: _rows(con, t) for t in _tables(con)}
    for model in (CaseRow, OpenTask, OpenLoop, SuspectRow, models.Question, models.ReasonCount, models.PendingLink, models.MergedSubject):
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "answered_at")]
        found[model.__name__] = list(model.objects.values_list(*names))
    found["deliveries"] = list(models.Delivery.objects.values_list("id", "source", "record", "state", "digest", "received", "accepted", "rejected",
                                                                    "queried", "new", "updated", "unchanged"))
    found["pairs"] = list(models.DuplicatePair.objects.values_list("left", "right", "state", "absorbed"))
    found["people"] = list(Person.objects.values_list("pk", "place_id", "organisation_id", "birth_date", "sex"))
    found["roots"] = sorted(roots().items())
    found["acts"] = list(Act.objects.order_by("seq").values_list("kind", "idempotency_key"))
    found["editions"] = [(e.number, e.written.text) for e in queries.all_editions()]
    found["held"] = [sorted(p.name.rsplit("-", 1)[0] for p in _pins(lake)), all(e.snapshot in {p.snapshot for p in _pins(lake)} for e in queries.all_editions())]
    found["files"] = _files()
    found["journal"] = verify().ok
    return {name: hashlib.sha256(repr(sorted(map(repr, rows)) if isinstance(rows, list) else rows).encode()).hexdigest()[:12]
            for name, rows in found.items()}


def _pins(lake):
    from xinglin.lake.pins import pins

    with lake.cursor() as con:
        return pins(con)


def _tables(con):
    """Those that hold anything."""
    return [t for (t,) in con.execute("SELECT table_name FROM ducklake_table_info('lk') WHERE file_count > 0 ORDER BY 1").fetchall()
            if t not in ("watermark", "pin")]


def _rows(con, table):
    have = [c[0] for c in con.execute(f'DESCRIBE "{table}"').fetchall()]
    stamps = {"received_at", "from_at", "to_at", "at", "published_at", "pinned_at", "snapshot", "computed_at", "feed"}
    if table == "person_event":
        stamps.discard("at")
    columns = ", ".join(f'"{c}"' for c in have if c not in stamps)
    return con.execute(f'SELECT {columns} FROM "{table}"').fetchall()


def _files():
    """How many encrypted originals, workbooks and reports; nothing waits, nothing is half."""
    root = home().root
    return [sum(1 for _ in root.glob(g)) for g in ("raw/*", "quarantine/*", "inbox/*/*", "reports/*.docx", "reports/*.pdf", "reports/.*")]


def main(*chosen):
    import django

    django.setup()
    from xinglin.kernel.crypto import Keys
    from xinglin.site.load import catalog

    catalog()
    for name in NEEDED:
        importlib.import_module(name)
    here = home().ensure().root
    Keys.create(home().keys)
    told = Deaths(here, here.with_name("template"))
    told.must(found_county)
    print(json.dumps({name: STORIES[name](told) for name in chosen}, ensure_ascii=False))


def _after(*before, work, between=None):
    """A story: what came before, once; then the work with its deaths."""
    def tell(told):
        for step in before:
            told.must(step)
        told.keep()
        return told.all(work, state, between=between)
    return tell


STORIES = {"delivery": _after(later_files, work=gather), "merge": _after(night, work=merge),
           "publish": _after(work=publish, between=the_lake_moves_on), "freeze": _after(work=freeze, between=the_lake_moves_on),
           "split": _after(merge, work=split)}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.site.settings")
    main(*sys.argv[1:])
