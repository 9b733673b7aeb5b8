"""FHIR R4 bulk exports: real ones made by others, and made ones with every way to go wrong."""

import gzip
import json
from collections import Counter
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.integration.gather.conftest import ORG, id_number
from tests.lib.machine import SHARED_DATA
from xinglin.gather.models import Question
from xinglin.gather.pull.bulk import gather_bulk
from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.know.indicators import members, queries
from xinglin.know.indicators.readers import opener, run_figures
from xinglin.lake.store import open_lake
from xinglin.registry.models import Organisation, Post, Staff
from xinglin.site.load import catalog

REAL = SHARED_DATA / "fhir" / "bulk-10-patients"
DAY = date(2026, 11, 21)
pytestmark = pytest.mark.django_db(databases=["default", "access"])


def plain(kind):
    with gzip.open(REAL / f"{kind}.000.ndjson.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def asked(con, code, period):
    return queries.ask(con, catalog().indicator(code), period, open_=opener(con, DAY), day=DAY, snapshot=0)


@pytest.mark.needs("shared_data")
def test_ten_patients_made_by_others(county, rows):
    found = gather_bulk(county, REAL, source="smart", org=ORG)
    patients, encounters, conditions = plain("Patient"), plain("Encounter"), plain("Condition")
    assert [(r.record, r.received, r.rejected) for r in found.receipts] == [
        ("person", len(patients), 0), ("encounter", len(encounters), 0), ("diagnosis", len(conditions), 0)]
    assert found.unread["Procedure"] == len(plain("Procedure")) and "Patient" not in found.unread
    assert rows("SELECT count(DISTINCT person) FROM person") == [(len(patients),)]
    classes = {"AMB": "门诊", "VR": "门诊", "EMER": "急诊", "IMP": "住院", "HH": "家庭"}
    assert dict(rows("SELECT kind, count(*) FROM encounter GROUP BY 1")) == Counter(classes[e["class"]["code"]] for e in encounters)
    assert dict(rows("SELECT day::VARCHAR, count(*) FROM diagnosis GROUP BY 1")) == Counter(c["recordedDate"][:10] for c in conditions)

    lake = open_lake(county)
    lake.ensure(catalog().records.values())
    run_figures(lake, {c: catalog().indicators[c] for c in ("vis.encounters", "vis.diagnoses")}, catalog().records,
                day=DAY, full=True, code="test")
    con = lake.cursor()
    for code, days in (("vis.encounters", [e["period"]["start"] for e in encounters]), ("vis.diagnoses", [c["recordedDate"] for c in conditions])):
        for year in ("1998", "2016", "2022"):
            sheet = asked(con, code, Period.parse(year))
            wanted = sum(d.startswith(year) for d in days)
            assert queries.figure(sheet).amount.numerator == wanted == len(members.members(sheet)) > 0

    person, count = con.execute("SELECT person, count(*) FROM lk.main.encounter GROUP BY 1 ORDER BY 2 DESC LIMIT 1").fetchone()
    busiest, seen = Counter(e["subject"]["reference"] for e in encounters).most_common(1)[0]
    lines = seen + sum(c["subject"]["reference"] == busiest for c in conditions)
    page = _page_of(person)
    assert count == seen and f">{lines}<" in page.replace(" ", "") and "其他来源" in page and "门诊" in page


def _page_of(person):
    """The person's page as the hospital's own public-health office sees it."""
    user = get_user_model().objects.create_user(username="chen", password="a-long-password-1")
    staff = Staff.objects.create(code="chen", user=user)
    Organisation.objects.filter(pk=ORG).update(kind="township_centre")
    Post.objects.create(staff=staff, organisation=Organisation.objects.get(pk=ORG), role="township_public_health", from_day="2020-01-01")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("person", args=[person]), follow=True)
    assert answer.status_code == 200, answer.redirect_chain
    return answer.content.decode()


def patient(n, **more):
    return {"resourceType": "Patient", "id": f"p{n}", "gender": "female", "birthDate": "1954-05-01", "name": [{"text": "李玉兰"}],
            "meta": {"lastUpdated": "2026-03-02T01:00:00Z"}} | more


def encounter(n, subject, provider="Organization/o1", **more):
    return {"resourceType": "Encounter", "id": f"e{n}", "status": "finished", "class": {"code": "AMB"}, "subject": {"reference": subject},
            "period": {"start": "2026-03-01T23:30:00-05:00"}, "serviceProvider": {"reference": provider}} | more


def coded(system, code):
    return {"coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"system": system, "code": code}], "text": "高血压"}


def condition(n, seen, code="I10", **more):
    return {"resourceType": "Condition", "id": f"c{n}", "subject": {"reference": "Patient/p1"}, "encounter": {"reference": seen},
            "code": coded("http://hl7.org/fhir/sid/icd-10", code), "recordedDate": "2026-03-01"} | more


def observation(n, code, **more):
    return {"resourceType": "Observation", "id": f"o{n}", "status": "final", "code": {"coding": [{"code": code}]},
            "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"},
            "effectiveDateTime": "2026-03-01T08:00:00+08:00", "issued": "2026-03-01T09:00:00+08:00"} | more


def part(code, value):
    return {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": value}}


MADE = [
    patient(1, identifier=[{"system": "urn:x", "value": "9"}, {"system": "urn:oid:2.16.156.10011.1.3", "value": id_number(7, male=False)}]),
    {"resourceType": "Organization", "id": "o1", "identifier": [{"system": "urn:usci", "value": ORG}]},
    encounter(1, "Patient/p1"), encounter(2, "https://his.example/fhir/Patient/p1/_history/3", "Organization?identifier=urn:usci|" + ORG),
    encounter(3, "Patient/p9"), encounter(4, "Patient/p1", "Organization/o9"), encounter(5, "Patient/p1", status="entered-in-error"),
    condition(1, "Encounter/e1"), condition(2, "Encounter/e9", "E11"),
    observation(1, "1558-6", valueQuantity={"value": 7.2, "code": "mmol/L"}), observation(2, "9999-9", valueQuantity={"value": 1}),
    observation(3, "85354-9", component=[part("8462-4", 88), part("8480-6", 152)]),
]


def test_dangling_references_are_asked_about(county, rows, tmp_path):
    (tmp_path / "all.ndjson").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in MADE), encoding="utf-8")
    found = {r.record: r for r in gather_bulk(county, tmp_path, source="made").receipts}
    assert rows("SELECT record_id, day::VARCHAR, org FROM encounter") == [
        ("e1", "2026-03-01", ORG), ("e2", "2026-03-01", ORG), ("e3", "2026-03-01", ORG), ("e4", "2026-03-01", None)]
    assert rows("SELECT record_id FROM encounter_versions WHERE void") == [("e5",)]
    assert rows("SELECT count(DISTINCT person) FROM encounter WHERE record_id <> 'e3'") == [(1,)]
    asks = {w: n for a, w, n in found["encounter"].reasons if w.startswith("引用")}
    assert asks == {"引用的患者不在这批数据里": 1, "引用的机构不在这批数据里": 1}
    assert rows("SELECT record_id, icd10, kind, org FROM diagnosis") == [("c1", "I10", "门诊", ORG), ("c2", "E11", "门诊", None)]
    assert ("query", "引用的就诊不在这批数据里，诊断类别按门诊记，机构未知", 1) in found["diagnosis"].reasons
    assert rows("SELECT item, value, unit, sampled_at::VARCHAR FROM lab_result") == [("GLU", 7.2, "mmol/L", "2026-03-01 08:00:00")]
    assert rows("SELECT sbp, dbp, org FROM bp_screening") == [(152, 88, ORG)]
    assert rows("SELECT updated_on::VARCHAR, sex FROM person") == [("2026-03-02", "女")]
    assert Question.objects.filter(words__contains="引用的患者").count() == 1
    again = gather_bulk(county, tmp_path, source="made")
    assert all(r.again for r in again.receipts) and again.unread == {"Observation": 1}


def test_what_is_no_export_is_said(county, tmp_path):
    with pytest.raises(XinglinError, match="没有 NDJSON 文件"):
        gather_bulk(county, tmp_path, source="made")
    (tmp_path / "broken.ndjson").write_text('{"resourceType": "Patient"\n', encoding="utf-8")
    with pytest.raises(XinglinError, match="不是有效的 JSON"):
        gather_bulk(county, tmp_path, source="made")
    with pytest.raises(XinglinError, match="没有叫“fhir_r5”的成套对照。有：fhir_r4"):
        gather_bulk(county, tmp_path / "..", source="made", maps="fhir_r5")
