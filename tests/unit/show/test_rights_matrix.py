"""Every address × every role × (own, below, sibling, parent, nobody's) is requested and compared with the matrix.

`xinglin/show/handbook/matrix_lines.py` says what must come; an address that it does not list fails here
with the line to add.
"""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.lib.rights_county import FIGURE, HOME_OF, NAME, ORGS, PLACES
from xinglin.journal.models import Access
from xinglin.show.handbook.matrix import READERS, example_line, reached
from xinglin.show.handbook.matrix_lines import LINES
from xinglin.show.reports.desk.rules import RULES

pytestmark = pytest.mark.django_db(databases=["default", "access"])
_GIVEN_BY_DATA = ("source", "delivery", "upload", "question", "code")  # things that the county of people has not
CONVERTERS = {"number": "person", "source": "source", "programme": "programme"}


def _patterns(found=None, before=""):
    for one in found or get_resolver().url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one


def test_every_address_has_its_line():
    listed = {line.name for line in LINES}
    missing = []
    for route, one in _patterns():
        if route.startswith("_kit/"):
            continue
        assert one.name, f"地址 {route} 没有名字：在 urls.py 里写 name="
        if one.name not in listed:
            of = next((CONVERTERS[c] for c in one.pattern.converters if c in CONVERTERS), "")
            missing.append(f"{route}\n    {example_line(one.name, of)}")
    said = "\n".join(missing)
    assert not missing, f"谁能打开这些地址？在 xinglin/show/handbook/matrix_lines.py 的 LINES 里各加一行：\n{said}"
    gone = listed - {one.name for _route, one in _patterns()}
    assert not gone, f"matrix_lines.py 里有已不存在的地址，请删去：{sorted(gone)}"


def _address(line, world, thing):
    """The address of a line for one organisation's thing (or a place)."""
    number = world.people.get(thing)
    opened = str(world.day - timedelta(days=19))
    by_of = {
        "": {}, "list": {}, "hit": {}, "place": {}, "upload to": {},
        "person": {"number": number}, "act": {"number": number, "uid": world.acts.get(thing)},
        "event": {"number": number, "record": "htn_visit", "rk": world.events.get(thing)},
        "programme": {"number": number, "programme": "htn"},
        "loop": {"number": number, "programme": "htn", "loop": "referral", "opened": opened},
        "place figure": {"code": FIGURE}, "unit": {"code": FIGURE, "unit": world.events.get(thing)},
        "handbook": {"name": "rights.md"}, "source": {"source": world.sources.get(thing)},
        "upload": {"number": world.uploads.get(thing)}, "question": {"number": world.questions.get(thing)},
        "code": {"source": world.sources.get(thing), "number": world.codes.get(thing)},
        "delivery": {"number": world.deliveries.get(thing)}, "record": {"record": "htn_visit"},
        "record file": {"record": "htn_visit", "file": "htn_visit-样例.csv"}, "rule": {"code": RULES[0].code},
        "register": {"code": "staff"}, "deed": {"code": "staff", "key": "cdc", "what": "change"},
        "report file": {"kind": "docx"}, "edition": {"number": 1}, "edition file": {"number": 1, "kind": "docx"},
        "edition rows": {"number": 1, "code": FIGURE},
    }  # fmt: skip
    assert line.of in by_of, f"测试还不会造“{line.of}”：在 test_rights_matrix.py 的 by_of 里说明地址里写什么"
    return reverse(line.name, kwargs=by_of[line.of])


def _asks(line, world, thing):
    """What is sent: the line's own, and what names the thing where the address does not."""
    sent = dict(line.send)
    if line.of.startswith("place"):
        sent["place"] = PLACES[thing][0]
    if line.of == "list":
        sent |= {"view": "list", "org": world.orgs.get(thing, "")}
    if line.of == "hit":
        sent["q"] = str(world.people[thing])
    if line.of == "upload to":
        sent |= {"source": world.sources[thing], "record": "htn_visit"}
    return sent


def _places(role):
    """Relation → a place: the county, that of the reader's organisation, one below, one beside."""
    own = ORGS[HOME_OF.get(role, "bureau")][4]
    digits = {3: 6, 4: 9, 5: 12}[PLACES[own][2]]
    found = {"county": "county"}
    for name, (code, *_rest) in PLACES.items():
        if name == "county":
            continue
        inside = code.startswith(PLACES[own][0][:digits])
        found.setdefault("own" if name == own else "below" if inside else "sibling", name)
    return found.items()


def _cases(line, world, role):
    if line.of.startswith("place"):
        return _places(role)
    if line.of in ("", "register", "deed", "handbook", "record", "record file", "rule", "report file", "edition", "edition file", "edition rows"):
        return [("page", "")]
    found = [c for c in world.relations(role).items() if c[1] or line.of != "list"]
    # Where a role gets nowhere two of them tell as much as five: its own and nobody's.
    return found if line.by_reader[role].reach != "－" else [found[0], found[-1]]


def _answer(client, line, world, thing, method=""):
    send = client.post if (method or line.method) == "POST" else client.get
    return send(_address(line, world, thing), _asks(line, world, thing))


def _became(line, answer, world, thing):
    """open, asked, or the status of a refusal."""
    if line.of == "hit":
        return "open" if f"/person/{world.people[thing]}/" in answer.content.decode() else 403
    if answer.status_code == 302 and "/reason/" in answer["Location"]:
        return "asked"
    return "open" if answer.status_code in (200, 302, 400, 422) else answer.status_code


def _wanted(line, role, relation):
    cell = line.by_reader[role]
    if not reached(cell, relation):
        return line.answer(cell)
    return "asked" if cell.asked else "open"


def _wrong(line, role, relation, answer, world, thing):
    wanted, became = _wanted(line, role, relation), _became(line, answer, world, thing)
    where = f"{line.method} {line.name}（{line.title}）{role} {relation} {thing}"
    if wanted != became:
        return f"{where}: 应为 {wanted}，实为 {became}"
    if became == "open" and answer.status_code == 200 and line.by_reader[role].masked and NAME in answer.content.decode():
        return f"{where}: 姓名没有隐去"
    if became != "open" and answer.status_code == 200 and NAME in answer.content.decode():
        return f"{where}: 拒绝的页面上有姓名"
    return ""


def test_what_each_role_gets_is_what_the_matrix_says(world):
    wrong, asked = [], Counter()
    for role in READERS:
        client = world.client(role)
        for line in LINES:
            if line.public:
                continue
            for relation, thing in _cases(line, world, role):
                answer = _answer(client, line, world, thing)
                asked[line.name] += 1
                wrong.append(_wrong(line, role, relation, answer, world, thing))
    wrong = [w for w in wrong if w]
    assert not wrong, f"{len(wrong)} 处与 matrix_lines.py 不符（一共请求 {asked.total()} 次）：\n" + "\n".join(wrong)
    assert set(asked) | {line.name for line in LINES if line.public} == {line.name for line in LINES}


def test_strangers_are_sent_to_the_door_from_every_page(world):
    client = Client()
    for line in LINES:
        if line.public:
            continue
        _relation, thing = next(iter(_cases(line, world, "village_doctor")))
        answer = _answer(client, line, world, thing)
        sent = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        assert sent or "登录已过期" in answer.content.decode(), f"{line.method} {line.name} 不登录也能打开"
        assert NAME not in answer.content.decode()


def test_no_address_does_by_post_what_the_matrix_does_not_list(people):
    """An address listed for reading only is refused to whoever has no post, however it is asked."""
    client, writes = people.client("idle"), {line.name for line in LINES if line.method == "POST"}
    people.events |= dict.fromkeys(people.people, "1")
    for line in LINES:
        cell = line.by_reader["idle"]
        if line.name in writes or line.public or cell.reach != "－" or line.of in _GIVEN_BY_DATA:
            continue
        thing = "county" if line.of.startswith("place") else "clinic_a"
        answer = client.post(_address(line, people, thing), _asks(line, people, thing))
        assert answer.status_code in (403, 404, 405), f"POST {line.name} → {answer.status_code}"


def test_the_attempt_at_a_sibling_townships_person_is_in_the_access_stream(people):
    stranger = people.people["centre_b"]
    assert people.client("township_public_health").get(f"/person/{stranger}/").status_code == 404
    tried = Access.objects.get(members__person=stranger)
    assert (tried.actor, tried.purpose, tried.what) == ("township_public_health", "refused", "person.page")
    looks = people.client("village_doctor")
    looks.get(f"/person/{people.people['clinic_a']}/")
    assert Access.objects.filter(purpose="care", members__person=people.people["clinic_a"]).count() == 1


def test_a_number_that_nobody_has_is_answered_like_a_strangers(people):
    client = people.client("township_public_health")
    numbers = ("999999", str(people.people["centre_b"]))
    nobody, stranger = (client.get(f"/person/{n}/").content.decode().replace(n, "") for n in numbers)
    token = re.compile(r"\b\w{64}\b")
    assert token.sub("", nobody) == token.sub("", stranger)


def test_who_has_no_tie_says_why_first_and_the_person_reads_it(people):
    client, number = people.client("cdc"), people.people["clinic_b"]
    page = f"/person/{number}/"
    asked = client.get(page)
    assert asked["Location"] == f"/person/{number}/reason/?next=%2Fperson%2F{number}%2F"
    assert client.post(f"{page}reason/", {"reason": "看"}).status_code == 422
    assert client.post(f"{page}reason/", {"reason": "核对上报的个案", "next": page})["Location"] == page
    assert NAME in client.get(page).content.decode()
    assert "核对上报的个案" in client.get(f"{page}why/").content.decode()
    seen = people.client("village_doctor")
    other = people.client("statistician")
    assert other.get(page).status_code == 302
    assert seen.get(f"{page}seen/").status_code == 404
    assert "核对上报的个案" in client.get(f"{page}seen/").content.decode()


def test_a_way_back_leads_to_the_same_person_only(people):
    client, number = people.client("cdc"), people.people["clinic_b"]
    for bad in ("https://elsewhere.example/", "//elsewhere.example/", f"/person/{number + 1}/", "/figures/"):
        answer = client.post(f"/person/{number}/reason/", {"reason": "核对上报的个案", "next": bad})
        assert answer["Location"] == f"/person/{number}/"
