"""A county in little for questions of rights: two townships, two hospitals, a neighbour; one person each.

Built inside of a test's transaction, its lake in a home of its own. `World` knows, for everything that
may stand in an address, one such thing of each organisation.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.lib.small_county import credit_code
from xinglin.kernel.home import home
from xinglin.registry.permissions import ROLES

if TYPE_CHECKING:
    from django.test import Client

COUNTY = "330182000000"
PLACES = {  # name → code, level, parent
    "county": (COUNTY, "建德市", 3, None),
    "town_a": ("330182106000", "下涯镇", 4, COUNTY),
    "town_b": ("330182107000", "大洲镇", 4, COUNTY),
    "village_a": ("330182106200", "东坞村", 5, "330182106000"),
    "village_a2": ("330182106201", "西坞村", 5, "330182106000"),
    "village_b": ("330182107200", "大洲村", 5, "330182107000"),
}
ORGS = {  # key → first letters of the code, name, kind, level, place, parent
    "city": ("11", "市卫生健康委", "bureau", 2, "county", None),
    "neighbour": ("11", "邻县卫生健康局", "bureau", 3, "county", "city"),
    "bureau": ("11", "卫生健康局", "bureau", 3, "county", "city"),
    "cdc": ("12", "疾控中心", "cdc", 3, "county", "bureau"),
    "hospital": ("12", "第一人民医院", "county_hospital", 3, "county", "bureau"),
    "hospital_2": ("12", "中医院", "tcm_hospital", 3, "county", "bureau"),
    "centre_a": ("12", "下涯镇卫生院", "township_centre", 4, "town_a", "bureau"),
    "centre_b": ("12", "大洲镇卫生院", "township_centre", 4, "town_b", "bureau"),
    "clinic_a": ("52", "东坞村卫生室", "village_clinic", 5, "village_a", "centre_a"),
    "clinic_a2": ("52", "西坞村卫生室", "village_clinic", 5, "village_a2", "centre_a"),
    "clinic_b": ("52", "大洲村卫生室", "village_clinic", 5, "village_b", "centre_b"),
}
HOME_OF = {"village_doctor": "clinic_a", "township_public_health": "centre_a", "township_manager": "centre_a",
           "hospital_it": "hospital", "cdc": "cdc"}
SIBLING_OF = {"clinic_a": "clinic_a2", "centre_a": "centre_b", "hospital": "hospital_2", "cdc": "hospital",
              "bureau": "neighbour"}
BELOW_OF = {"centre_a": "clinic_a", "bureau": "clinic_b"}
NAME = "欧阳测试"            # of everybody, so that a page that shows it whole is seen
FIGURE = "htn.bp_controlled"


@dataclass
class World:
    """Organisation codes, users by role, and a thing of each organisation ("" belongs to nobody)."""

    orgs: dict[str, str]
    users: dict = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, int] = field(default_factory=dict)
    day: date = date(2026, 1, 1)

    def client(self, role: str) -> "Client":
        """A browser in which somebody of this role is signed in."""
        from django.test import Client

        client = Client(raise_request_exception=False)
        client.force_login(self.users[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def relations(self, role: str) -> dict[str, str]:
        """Relation → organisation, seen from a role's post ("" for nobody's)."""
        own = HOME_OF.get(role, "bureau")
        above = ORGS[own][5] or ""
        found = {"own": own, "below": BELOW_OF.get(own, ""), "sibling": SIBLING_OF[own], "parent": above, "none": ""}
        return {r: o for r, o in found.items() if o or r == "none"}


def build(*, data: bool = True) -> World:
    """The county in the databases of this test and in the home of this process; without `data` people only."""
    world = World(orgs={k: credit_code(f"{row[0]}330182{n:08d}0X0") for n, (k, row) in enumerate(ORGS.items(), 10_000_001)})
    _registry(world)
    _people(world)
    if data:
        _lake(world)
        _deliveries(world)
    home().county_file.write_text(f'code = "{COUNTY[:6]}"\nname = "建德市"\nkind = "synthetic"\n', encoding="utf-8")
    return world


def _registry(world: World) -> None:
    from django.contrib.auth import get_user_model

    from xinglin.registry import actions
    from xinglin.registry.actions import By, NewOrganisation, NewPost, NewStaff
    from xinglin.registry.models import Staff
    from xinglin.registry.places import PlaceRow

    actions.add_places(rows=[PlaceRow(c, n, lv, up) for c, n, lv, up in PLACES.values()], valid_from=date(2000, 1, 1),
                       by=By("places"))
    actions.add_organisations(by=By("orgs"), rows=[
        NewOrganisation(code=world.orgs[k], name=n, kind=kind, level=lv, place=PLACES[p][0], parent=world.orgs.get(up or ""))
        for k, (_c, n, kind, lv, p, up) in ORGS.items()])
    everybody = [*ROLES, "idle"]
    actions.add_staff(rows=[NewStaff(code=r, name=f"某{r}") for r in everybody], by=By("staff"))
    actions.appoint(by=By("posts"), rows=[
        NewPost(staff=r, organisation=world.orgs[HOME_OF.get(r, "bureau")], role=r, from_day=date(2020, 1, 1)) for r in ROLES])
    for role in everybody:
        world.users[role] = get_user_model().objects.create(username=role)
        Staff.objects.filter(pk=role).update(user=world.users[role])


def _people(world: World) -> None:
    from django.db import transaction

    from xinglin.journal.actions import record_act
    from xinglin.registry.people import NewPerson, register_people

    owners = [*ORGS, ""]
    made = [NewPerson(name=NAME, phone=f"1395710{n:04d}", birth_date=date(1955, 3, 1), sex="2", address="东坞村12号",
                      place_id=PLACES[ORGS[o][4]][0] if o else None, organisation_id=world.orgs.get(o)) for n, o in enumerate(owners)]
    numbers = register_people(people=made, actor="system", org="", idempotency_key="people")
    world.people = dict(zip(owners, numbers, strict=True))
    for owner, number in world.people.items():
        with transaction.atomic():
            act = record_act(kind="record.saved", actor="wang", org=world.orgs.get(owner, ""), subject_person=number,
                             payload={"record": "htn_visit", "values": {"day": "2026-01-05", "sbp": 130, "dbp": 80}, "version": 1},
                             idempotency_key=f"seed:{number}")
        world.acts[owner] = act.uid


def _lake(world: World) -> None:
    from tests.lib.lake import put, stage
    from xinglin.datasets import DERIVED
    from xinglin.datasets.people import Person
    from xinglin.datasets.work import Case, CaseChange
    from xinglin.know.indicators.readers import run_figures
    from xinglin.lake.store import forget_lake, open_lake
    from xinglin.site.load import catalog

    lake = open_lake(home())
    lake.ensure([*DERIVED, *catalog().records.values()])
    today = date.today()
    world.day = today - timedelta(days=1)
    opened, visit = today - timedelta(days=20), catalog().record("htn_visit")

    def rows(make):
        return [{"record_id": f"{i}-{n}", "person": n, "org": world.orgs.get(o) or world.orgs["neighbour"], **values}
                for o, n in world.people.items() for i, values in enumerate(make(o))]

    put(lake, Person, rows(lambda o: [{"updated_on": date(2024, 1, 1), "birth_date": date(1955, 3, 1), "sex": "女",
                                       "usual_resident": True, "place": PLACES[ORGS[o][4]][0] if o else None}]), delivery=1)
    put(lake, CaseChange, rows(lambda o: [{"programme": "htn", "day": date(2024, 1, 1), "change": "纳入"}]), delivery=2)
    put(lake, visit, rows(lambda o: [
        {"day": opened - timedelta(days=back), "sbp": 165, "dbp": 99, "way": "门诊", "adherence": "规律"} for back in (14, 0)]),
        delivery=3)
    with lake.write() as tx:
        tx.replace_derived(Case, stage(tx.con, Case, [
            {"person": n, "programme": "htn", "state": "在管", "enrolled": date(2024, 1, 1), "org": world.orgs.get(o),
             "place": PLACES[ORGS[o][4]][0] if o else None} for o, n in world.people.items()]))
    with lake.cursor() as con:
        found = con.execute("SELECT person, rk FROM htn_visit WHERE day = ?", [opened]).fetchall()
    keys = dict(found)
    world.events = {o: str(keys[n]) for o, n in world.people.items()}
    run_figures(lake, {FIGURE: catalog().indicators[FIGURE]}, catalog().records, day=world.day)
    _edition(world)
    forget_lake(home())     # pages read it as a process of the web does: read-only, remembering


def _edition(world: World) -> None:
    """A frozen annual report with one number."""
    from xinglin.lake.store import open_lake
    from xinglin.show.reports.annual.actions import freeze
    from xinglin.show.reports.writer.document import Trace, Written

    lake = open_lake(home())
    line = Trace(ref=1, text="1%", kind="系统计算", title="", code=FIGURE, snapshot=lake.snapshot())
    report = Written(code="annual", title="报告", year=world.day.year, day=world.day, office="", blocks=(), trace=(line,), owed=())
    freeze(lake, report, as_of=None, actor="system", org="")


def _deliveries(world: World) -> None:
    from django.utils import timezone

    from xinglin.gather.actions import declare_source
    from xinglin.gather.models import CodeMap, Delivery, Question
    from xinglin.registry.keys import county_keys
    from xinglin.show.deliveries.models import Upload

    for owner in [*ORGS, ""]:
        code = f"src_{owner or 'nobody'}"
        declare_source(code=code, title=f"来源{owner}", actor="system", org=world.orgs.get(owner, ""), kind="hospital", synthetic=True)
        world.sources[owner] = code
        held = Delivery.objects.create(source_id=code, record="htn_visit", form="csv", digest=code, version=1, state="done",
                                       received_at=timezone.now(), workbook="gone.bin")
        world.deliveries[owner] = held.pk
        world.questions[owner] = Question.objects.create(delivery=held, row_no=1, record_hash=1, words="请核对").pk
        world.codes[owner] = CodeMap.objects.create(
            source_id=code, codelist="org", theirs_hash=1, theirs_sealed=county_keys().seal_text("X")).pk
        world.uploads[owner] = Upload.objects.create(source=code, record="htn_visit", folder=code).pk
