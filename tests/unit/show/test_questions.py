"""待答复: one line for all rows asked the same; answered together or one by one; the second is told."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from xinglin.gather.actions import declare_source
from xinglin.gather.models import Delivery, Question, ReasonCount
from xinglin.gather.queries import open_questions, waiting_rows
from xinglin.journal.models import Act, ActBody

pytestmark = pytest.mark.django_db(databases=["default", "access"])
LOW, DOUBT = "舒张压不低于收缩压，请核对", "校验码不对；已按患者编号归人"
ROLE = "hospital_it"


def delivery(people, owner, digest):
    declare_source(code=f"src_{owner}", title=f"来源 {owner}", actor="system", org=people.orgs[owner], kind="hospital", synthetic=True)
    return Delivery.objects.create(source_id=f"src_{owner}", record="htn_visit", form="csv", digest=digest, version=1,
                                   state="done", received_at=timezone.now())


def ask(held, words, rows):
    Question.objects.bulk_create([Question(delivery=held, row_no=n, record_hash=n, words=words) for n in rows])
    return Question.objects.filter(delivery=held, words=words).order_by("id")


@pytest.fixture
def asked(people):
    """Two deliveries of the hospital and one of another, the same words in all of them."""
    first, second, other = (delivery(people, o, f"{n}") for n, o in enumerate(("hospital", "hospital", "hospital_2")))
    ReasonCount.objects.create(delivery=first, act="query", column="id_number", words=DOUBT, rows=60)
    ask(first, LOW, [3]), ask(second, LOW, [3, 4]), ask(other, LOW, [3])
    return first, ask(first, DOUBT, range(10, 70))


def send(people, name, number, **more):
    return people.client(ROLE).post(reverse(name, args=[number]), {"answer": "属实", **more})


def alike(people, rows, **more):
    last = max(q.pk for q in rows)
    return send(people, "answer_alike", rows[0].pk, **{"last": last, "rows": len(rows), **more})


def test_one_line_for_each_question_of_a_delivery(people, asked, django_assert_max_num_queries):
    client = people.client(ROLE)
    client.get(reverse("questions"))
    with django_assert_max_num_queries(25):
        text = client.get(reverse("questions")).content.decode()
    assert "3 个问题，共 63 行" in text                     # the other hospital's is not among them
    assert text.count("data-row") == 3 and text.count(DOUBT) == 1 and text.count(LOW) == 2
    assert text.index(DOUBT) < text.index(LOW)              # what most rows are asked, first
    assert text.count("身份证号，") == 1                      # where the words do not name their column
    assert "60 行，逐行看" in text and "答复 60 行" in text and "第 3 行" in text
    assert "1 个问题，共 2 行" in client.get(reverse("questions"), {"delivery": asked[0].pk + 1}).content.decode()


def test_all_rows_of_a_line_are_answered_at_once_by_one_act(people, asked):
    acts = ActBody.objects.count()
    assert alike(people, asked[1]).status_code == 302
    done = Question.objects.filter(words=DOUBT)
    assert set(done.values_list("answer", flat=True)) == {"属实"}
    assert open_questions().count() == 4                    # the same words elsewhere still wait
    act = Act.objects.latest("seq")
    body = json.loads(act.body.text)
    assert ActBody.objects.count() == acts + 1 and body["rows"] == 60 and act.actor == ROLE
    assert {body["answered_at"]} == {q.answered_at.isoformat() for q in done}


def test_what_waits_is_counted_by_source_and_by_dataset(people, asked):
    own = Delivery.objects.filter(source="src_hospital")
    assert waiting_rows("source") == {"src_hospital": 63, "src_hospital_2": 1}
    assert waiting_rows("record", own) == {"htn_visit": 63}
    alike(people, asked[1])
    assert waiting_rows("source") == {"src_hospital": 3, "src_hospital_2": 1}


def test_the_second_of_two_is_told_and_changes_nothing(people, asked):
    alike(people, asked[1])
    late = alike(people, asked[1], answer="有误")
    assert late.status_code == 400 and "这些行已经答复" in late.content.decode()
    assert not Question.objects.filter(answer="有误").exists()
    one = send(people, "answer_question", asked[1][5].pk, answer="有误")
    assert one.status_code == 400 and "这个问题已经答复" in one.content.decode()
    assert not Question.objects.filter(answer="有误").exists()


def test_who_answers_what_is_left_hears_how_much_was_gone(people, asked):
    rows = list(asked[1])
    send(people, "answer_question", rows[0].pk, answer="已改")
    said = people.client(ROLE).post(reverse("answer_alike", args=[rows[0].pk]), {
        "answer": "属实", "last": rows[-1].pk, "rows": 60}, headers={"HX-Request": "true"}).content.decode()
    assert "已答复 59 行：属实" in said and "另有 1 行先已答复" in said
    assert Question.objects.get(pk=rows[0].pk).answer == "已改"


def test_what_was_asked_after_the_page_was_drawn_waits(people, asked):
    seen = list(asked[1])
    ask(asked[0], DOUBT, [99])
    alike(people, seen)
    assert list(open_questions().filter(words=DOUBT).values_list("row_no", flat=True)) == [99]


def test_the_rows_of_a_line_are_paged_and_an_answer_moves_nothing(people, asked):
    client, rows = people.client(ROLE), list(asked[1])
    address = reverse("question_rows", args=[rows[0].pk])
    text = client.get(address).content.decode()
    assert "60 行待答复" in text and "原文件第 59 行" in text and "原文件第 60 行" not in text
    send(people, "answer_question", rows[0].pk)             # the line's own number is answered: it still opens
    text = client.get(address, {"after": rows[49].pk}).content.decode()
    assert "59 行待答复" in text and "原文件第 60 行" in text and "原文件第 69 行" in text and "从头看" in text
    alike(people, rows)
    assert "这个问题的各行都已答复" in client.get(address).content.decode()


def test_a_question_of_another_hospital_is_nobodys(people, asked):
    other = Question.objects.get(delivery__source="src_hospital_2")
    for name in ("answer_question", "answer_alike"):
        assert send(people, name, other.pk, last=other.pk, rows=1).status_code == 404
    assert people.client(ROLE).get(reverse("question_rows", args=[other.pk])).status_code == 404
    assert alike(people, asked[1], last="x").status_code == 400
    assert open_questions().count() == 64


def test_an_answer_that_does_not_say_what_was_seen_is_refused_in_words(people, asked):
    said = people.client(ROLE).post(reverse("answer_alike", args=[asked[1][0].pk]), {"answer": "属实"})
    assert said.status_code == 400 and "这个请求不完整" in said.content.decode()
    assert not Question.objects.filter(answer="属实").exists()
