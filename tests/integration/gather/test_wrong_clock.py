"""A clock that jumps between two deliveries: what came later is newer, whatever the clock said."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from tests.integration.gather.conftest import ORG
from xinglin.gather.models import Delivery
from xinglin.gather.receive import gather_waiting

pytestmark = pytest.mark.django_db
HEAD = "record_id,patient_id,测量日期,测量机构,收缩压,舒张压"
NOW = timezone.now()


@pytest.mark.parametrize("days", [(0, -30), (365, 0), (365, -30)])
def test_a_correction_wins_over_what_a_wrong_clock_took_in(deliver, rows, days):
    for at, pressure in zip(days, (140, 150), strict=True):
        with mock.patch("django.utils.timezone.now", lambda at=at: NOW + timedelta(days=at)):
            deliver("bp_screening", [HEAD, f"V1,P1,2024-03-01,{ORG},{pressure},80"])
    assert rows("SELECT sbp FROM bp_screening") == [(150,)]
    assert rows("SELECT count(*), count(DISTINCT version) FROM bp_screening_versions") == [(2, 1 + (days[1] > days[0]))]
    with mock.patch("django.utils.timezone.now", lambda: NOW + timedelta(days=1)):
        deliver("bp_screening", [HEAD, f"V1,P1,2024-03-01,{ORG},160,80"])
    assert rows("SELECT sbp FROM bp_screening") == [(160,)]


def test_a_refused_file_sent_again_is_looked_at_again(county):
    folder = county.inbox / "his"
    for n in (1, 2):
        folder.mkdir(exist_ok=True)
        (folder / "bp_screening__a.csv").write_text("nothing,of,this\n1,2,3\n", encoding="utf-8")
        assert [r.state for r in gather_waiting(county)] == ["refused"]
        assert Delivery.objects.count() == n
