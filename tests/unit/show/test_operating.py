"""What the system administrator reads and hands out: nights in words, tokens with their mistakes beside the form."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from xinglin.gather.findings import FINDINGS
from xinglin.gather.models import Source
from xinglin.kernel.home import home
from xinglin.show.administration.queries import COUNTS, STEPS, nights
from xinglin.show.deliveries import runs
from xinglin.show.deliveries.models import UploadToken
from xinglin.site import night_steps

pytestmark = pytest.mark.django_db(databases=["default", "access"])


def test_a_night_is_told_in_words_and_nothing_is_not_told(own_home):
    told = {"day": "2026-11-21", "finished": True, "steps": {
        "gather": {"seconds": 1.25, "deliveries": 3, "refused": 0}, "journal": {"seconds": 0.1, "seq": 35, "acts": 2, "counts": {}},
        "findings": {"seconds": 2.0, "copied_measurements": 4}}}
    (home().root / "night").mkdir()
    (home().root / "night" / "2026-11-21.json").write_text(json.dumps(told), encoding="utf-8")
    [night] = nights(home())
    assert [(s.name, s.counts) for s in night.steps] == [("接收数据", "批次 3"), ("收入操作记录", "操作 2"), ("核查疑点", "测量值雷同 4")]
    assert (night.seconds, night.finished) == (3.4, True)


@pytest.mark.parametrize(("words", "shown"), [
    ('{"error": "内存不够，这一步没有做完。"}\n', "内存不够，这一步没有做完。"),
    ('{"notice": "上一次"}\n{"error": "没有这个来源。"}', "没有这个来源。"),
    ("Traceback (most recent call last):\nMemoryError", "处理中断，没有装入任何一行"), ("terminate called", "处理中断，没有装入任何一行"), ("", "处理中断")])
def test_a_run_that_failed_is_told_by_its_own_sentence_or_ours(words, shown):
    assert runs._refusal(words).startswith(shown)


def test_every_step_and_finding_has_its_words():
    assert {name for name, _, _ in night_steps.STEPS} == set(STEPS)
    assert {f.code for f in FINDINGS} <= set(COUNTS)
    assert not [w for w in (*STEPS.values(), *COUNTS.values()) if re.search(r"[a-z_]", w)]


def test_a_wrong_day_is_said_on_the_form_and_what_was_chosen_stays(people):
    Source.objects.create(code="his", title="县医院信息系统", org=people.orgs["clinic_a"])
    client, today = people.client("system_admin"), timezone.localdate()

    def send(**typed):
        return client.post("/deliveries/tokens/", {"source": "his", "environment": "live", "ends_on": str(today + timedelta(9))} | typed)

    for typed, words in (({"ends_on": str(today)}, "到期日要在明天到两年之内"), ({"ends_on": "x"}, "不是有效日期"),
                         ({"environment": "x"}, "没有选环境"), ({"source": ""}, "没有选来源")):
        answer = send(**typed)
        page = answer.content.decode()
        assert (answer.status_code, words in page, "发一枚令牌" in page) == (422, True, True)
        assert ('value="his" selected' in page) == ("source" not in typed)
    assert not UploadToken.objects.exists()
    page = send().content.decode()
    [token] = UploadToken.objects.all()
    assert page.count(f"{token.shown}") >= 3 and "只显示这一次" in page     # the text once, its beginning on both widths
    assert "只显示这一次" not in client.get("/deliveries/tokens/").content.decode()
