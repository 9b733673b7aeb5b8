"""A county with figures, deliveries and accounts of every role: for pages that show numbers.

Run as a program on an empty XINGLIN_HOME: `python -m tests.lib.figure_county`. Real places, made-up
people: 32 villages of 16 towns, 36 people each; two nights, and month ends of the year before.
"""

import csv
import random
from datetime import date, timedelta

from tests.lib.lake import put, stage
from tests.lib.small_county import credit_code
from xinglin.kernel.crypto import Keys
from xinglin.kernel.home import home
from xinglin.site.commands import databases_ready

PASSWORD = "xinglin-demo-2024"
# username: (name, role, organisation, the line on the sign-in page)
ACCOUNTS = {
    "wang": ("王大夫", "village_doctor", "clinic0-0", "责任医生 · 村卫生室"),
    "chen": ("陈公卫", "township_public_health", "centre0", "卫生院公卫科 · 卫生院"),
    "yuan": ("袁院长", "township_manager", "centre0", "卫生院院长 · 卫生院"),
    "zhou": ("周局长", "bureau_chief", "bureau", "局长 · 卫生健康局"),
    "tong": ("童统计", "statistician", "bureau", "统计 · 卫生健康局"),
    "ji": ("季疾控", "cdc", "cdc", "疾控 · 疾病预防控制中心"),
    "xin": ("辛信息", "hospital_it", "hospital", "医院信息科 · 第一人民医院"),
    "shen": ("申审计", "audit_admin", "bureau", "审计管理员 · 卫生健康局"),
    "xi": ("席系统", "system_admin", "bureau", "系统管理员 · 卫生健康局"),
}
VILLAGES, PEOPLE = 2, 36
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "秀英桂兰玉珍建国志强小红美华春梅丽萍海燕文斌"


def build(today: date | None = None) -> None:
    """Make the county of this home; its last night was the night before `today`."""
    today = today or date.today()
    Keys.create(home().ensure().keys)
    databases_ready()
    orgs, clinics = _registry()
    chance = random.Random(7)
    people = _people(clinics, chance)
    day = today - timedelta(days=1)
    _lake(people, orgs, clinics, chance, day)
    _deliveries(orgs)
    _county_file()


# -- registry ---------------------------------------------------------------------------------------

def _registry():
    from django.contrib.auth.hashers import make_password

    from xinglin.registry import actions
    from xinglin.registry.actions import By, NewOrganisation, NewPost, NewStaff
    from xinglin.registry.models import Place
    from xinglin.show.figures.places import short

    actions.load_places(county_code="330182")
    towns = list(Place.objects.filter(level=4).order_by("code"))
    county = "330182000000"
    names = iter(range(10_000_000, 99_999_999))

    def code(kind):
        return credit_code(f"{kind}330182{next(names)}0X0")

    orgs = {"bureau": code("11"), "cdc": code("12"), "hospital": code("12")}
    rows = [NewOrganisation(code=orgs["bureau"], name="建德市卫生健康局", kind="bureau", level=3, place=county, parent=None),
            NewOrganisation(code=orgs["cdc"], name="建德市疾病预防控制中心", kind="cdc", level=3, place=county, parent=orgs["bureau"]),
            NewOrganisation(code=orgs["hospital"], name="建德市第一人民医院", kind="county_hospital", level=3, place=county, parent=orgs["bureau"])]
    clinics = []
    for t, town in enumerate(towns):
        orgs[f"centre{t}"] = code("12")
        rows.append(NewOrganisation(code=orgs[f"centre{t}"], name=f"{town.name.removesuffix('街道')}卫生院", kind="township_centre",
                                    level=4, place=town.code, parent=orgs["bureau"]))
        for v, village in enumerate(Place.objects.filter(parent=town).order_by("code")[:VILLAGES]):
            orgs[f"clinic{t}-{v}"] = code("52")
            clinics.append((orgs[f"clinic{t}-{v}"], village.code, orgs[f"centre{t}"]))
            rows.append(NewOrganisation(code=orgs[f"clinic{t}-{v}"], name=f"{short(village.name)}卫生室",
                                        kind="village_clinic", level=5, place=village.code, parent=orgs[f"centre{t}"]))
    actions.add_organisations(rows=rows, by=By(key="orgs"))
    actions.add_staff(rows=[NewStaff(code=u, name=a[0]) for u, a in ACCOUNTS.items()], by=By(key="staff"))
    actions.appoint(by=By(key="posts"), rows=[
        NewPost(staff=u, organisation=orgs[a[2]], role=a[1], from_day=date(2020, 1, 1)) for u, a in ACCOUNTS.items()])
    hashed = make_password(PASSWORD)
    for username in ACCOUNTS:
        actions.open_account(staff=username, username=username, password=PASSWORD, hashed=hashed, by=By(key=f"account-{username}"))
    return orgs, clinics


def _people(clinics, chance):
    from xinglin.registry.actions import NewPerson, register_people

    made = []
    for org, place, _centre in clinics:
        for _ in range(PEOPLE):
            name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice([1, 2])))
            born = date(1938, 1, 1) + timedelta(days=chance.randrange(14_000))
            made.append(NewPerson(name=name, birth_date=born, sex=chance.choice("12"), place_id=place,
                                  organisation_id=org, phone=f"139{chance.randrange(10**8):08d}"))
    numbers = register_people(people=made, actor="system", org="", idempotency_key="people")
    return list(zip(numbers, made, strict=True))


# -- lake -------------------------------------------------------------------------------------------

def _lake(people, orgs, clinics, chance, day):
    from xinglin.datasets.infectious import CaseReport
    from xinglin.datasets.people import Person
    from xinglin.lake.store import open_lake
    from xinglin.packs.disease_control.hypertension import HtnVisit
    from xinglin.site.load import catalog

    lake = open_lake(home())
    lake.ensure(catalog().records.values())
    put(lake, Person, [_person_row(n, p, chance, day) for n, p in people])
    patients = [(n, p) for k, (n, p) in enumerate(people) if k % PEOPLE < 20 + (k // PEOPLE) % 5]
    put(lake, HtnVisit, [v for n, p in patients for v in _visits(n, p, chance, day)], delivery=2)
    put(lake, CaseReport, list(_case_reports(people, orgs, chance, day)), delivery=3)
    _derived(lake, patients, chance, day)
    _night(lake, day - timedelta(days=1))
    put(lake, HtnVisit, [{"record_id": f"new{n}", "person": n, "day": day, "org": p.organisation_id, "way": "门诊",
                          "sbp": 128, "dbp": 78, "adherence": "规律"} for n, p in patients[::29]], delivery=4)
    _night(lake, day)
    _month_ends(lake, day, chance)


def _person_row(number, p, chance, day):
    return {"record_id": str(number), "person": number, "updated_on": date(2024, 1, 1), "birth_date": p.birth_date,
            "sex": "男" if p.sex == "1" else "女", "usual_resident": True, "place": p.place_id, "org": p.organisation_id,
            "record_opened_on": None if chance.random() < 0.08 else date(2019, 5, 1)}


def _visits(number, p, chance, day):
    good = chance.random() < 0.66
    for q in range(7):
        on = day - timedelta(days=20 + 88 * q + chance.randrange(30))
        if chance.random() < 0.12:
            continue
        sbp = chance.randrange(118, 138) if good or chance.random() < 0.3 else chance.randrange(142, 172)
        yield {"record_id": f"{number}-{q}", "person": number, "day": on, "org": p.organisation_id,
               "way": chance.choice(["门诊", "家庭", "电话"]), "sbp": sbp, "dbp": chance.randrange(70, 96), "adherence": "规律"}


def _case_reports(people, orgs, chance, day):
    for n in range(64):
        number, p = chance.choice(people)
        known = chance.random() < 0.7
        yield {"record_id": f"c{n}", "person": number if known else None, "disease": chance.choice(["dengue", "h7n9"]),
               "case_class": chance.choice(["确诊", "临床诊断", "疑似"]), "onset_on": day - timedelta(days=chance.randrange(600)),
               "place": p.place_id if known else None, "district": "建德市" if known else "外县", "org": orgs["hospital"],
               "sex": "男", "age": 40}


def _derived(lake, patients, chance, day):
    from xinglin.datasets.work import Case, LoopCase, Suspect, Task

    cases, tasks, loops = [], [], []
    for number, p in patients:
        common = {"person": number, "programme": "htn", "org": p.organisation_id, "place": p.place_id}
        cases.append({**common, "state": "失访" if chance.random() < 0.04 else "在管",
                      "paused_on": day - timedelta(days=30), "enrolled": day - timedelta(days=chance.randrange(200, 900))})
        if chance.random() < 0.3:
            due = day - timedelta(days=chance.randrange(200))
            late = chance.random() < 0.2
            tasks.append({**common, "task": "recheck", "cycle": str(due), "due_from": due - timedelta(days=14), "due_by": due,
                          "state": "逾期" if late else "已了", "done_on": None if late else due - timedelta(days=3)})
        if chance.random() < 0.06:
            opened = day - timedelta(days=chance.randrange(60))
            loops.append({**common, "loop": "referral", "opened": opened, "follow_by": opened + timedelta(days=14),
                          "closed": opened + timedelta(days=9) if chance.random() < 0.4 else None, "step": "转出"})
    waiting = [{"person": n, "programme": "htn", "day": day - timedelta(days=chance.randrange(40)), "org": p.organisation_id,
                "place": p.place_id} for n, p in patients[::17]]
    with lake.write() as tx:
        for record, rows in ((Case, cases), (Task, tasks), (LoopCase, loops), (Suspect, waiting)):
            tx.replace_derived(record, stage(tx.con, record, rows))


def _night(lake, day):
    from xinglin.know.indicators.readers import run_figures
    from xinglin.site.load import catalog

    run_figures(lake, catalog().indicators, catalog().records, day=day)


def _month_ends(lake, day, chance):
    """What earlier nights would have left: a total at each month's end, a little lower each time."""
    with lake.write() as tx:
        for back in range(1, 23):
            month = (day.year * 12 + day.month - 1) - back
            year, number = divmod(month, 12)
            end = date(year + (number == 11), (number + 1) % 12 + 1, 1) - timedelta(days=1)
            if year == day.year - 1 and end.month == 12:
                continue        # the closed year's own total
            less = 1 - 0.012 * back + chance.random() * 0.02
            tx.con.execute(
                "INSERT INTO lk.main.figure_total SELECT figure, edition, ?, ?, place, org, g1, g2, month, round(den * ?), "
                "round(num * ? * ?), unknown, units FROM lk.main.figure_total WHERE period = ? AND as_of = ?",
                [str(year), end, 1 - 0.004 * back, less, 1 - 0.004 * back, str(day.year), day])


# -- deliveries -------------------------------------------------------------------------------------

def _deliveries(orgs):
    from xinglin.gather.actions import declare_source
    from xinglin.gather.models import Delivery
    from xinglin.gather.receive import receive

    declare_source(code="hospital", title="建德市第一人民医院", actor="system", org=orgs["hospital"], kind="hospital", synthetic=True)
    declare_source(code="register", title="居民健康档案系统", actor="system", org=orgs["bureau"], kind="register", synthetic=True)
    folder = home().tmp
    for n, shift in enumerate([0, 1, 2, 3, 5, 8, 9, 10, 13]):
        path = folder / f"lab{n}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file)
            write.writerow(["patient_id", "name", "报告单号", "版次", "受检者", "检验机构", "检验项目", "数值结果", "文字结果", "单位", "报告时间"])
            for row in range(30):
                write.writerow([f"P{row}", "钱多多", f"R{n}-{row}", 1, "", orgs["hospital"], ["GLU", "K", "葡萄糖2"][row % 3],
                                "" if row % 11 == 0 else 5 + row / 10, "", "" if row % 7 == 0 else "mmol/L",
                                "2026-02-30 08:00" if row % 13 == 3 else "2026-03-01 08:00"])
        receipt = receive(home(), path, source="hospital", record="lab_result")
        path.unlink()
        held = Delivery.objects.filter(pk=receipt.delivery)
        held.update(received_at=held.get().received_at - timedelta(days=shift + 1))
    path = folder / "person.csv"
    path.write_text("patient_id,name,更新日期,出生日期,性别\nA1,钱一一,2026-03-01,1961-02-03,男\n", encoding="utf-8")
    receipt = receive(home(), path, source="register", record="person")
    path.unlink()
    held = Delivery.objects.filter(pk=receipt.delivery)
    held.update(received_at=held.get().received_at - timedelta(days=12))


def _county_file():
    lines = ['code = "330182"', 'name = "建德市"', 'kind = "synthetic"']
    for username, account in ACCOUNTS.items():
        lines += ["", "[[accounts]]", f'username = "{username}"', f'password = "{PASSWORD}"', f'about = "{account[3]}"']
    home().county_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()
