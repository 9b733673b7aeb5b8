"""What was saved here comes back as rows of the source "own", once, newest version first in line."""

from datetime import date

import pytest

from xinglin.gather.sources.own_journal import gather_own
from xinglin.journal.actions import record_act
from xinglin.lake.store import open_lake


def save(n, values, *, kind="record.saved", corrects=None, version=1):
    return record_act(kind=kind, actor="d1", org="", subject_person=100_001, corrects=corrects,
                      idempotency_key=f"k{n}", service={"day": date(2024, 3, 1)},
                      payload={"record": "bp_screening", "values": values, "person": 100_001, "version": version})


def test_saved_corrected_and_void(county, rows):
    first = save(1, {"day": "2024-03-01", "sbp": 150, "dbp": 95, "high_salt": True, "bmi": 24.5})
    found = gather_own(county)
    assert (found.acts, found.counts["bp_screening"].new) == (1, 1)
    assert rows("SELECT source, record_id, version, person, day::VARCHAR, sbp, high_salt, bmi FROM bp_screening") == [
        ("own", first.uid, 1, 100_001, "2024-03-01", 150, True, 24.5)]
    assert rows("SELECT person FROM person_link") == [(100_001,)]
    save(2, {"day": "2024-03-01", "sbp": 155, "dbp": 95}, corrects=first.uid, version=2)
    gather_own(county)
    assert rows("SELECT version, sbp FROM bp_screening") == [(2, 155)]
    save(3, {}, kind="record.voided", corrects=first.uid, version=3)
    last = gather_own(county)
    assert rows("SELECT count(*) FROM bp_screening") == [(0,)]
    assert rows("SELECT version, void FROM bp_screening_versions") == [(1, False), (2, False), (3, True)]
    assert open_lake(county).watermark("journal") == last.seq


def test_acts_read_twice_change_nothing(county, rows):
    save(1, {"day": "2024-03-01", "sbp": 150, "dbp": 95})
    gather_own(county)
    with open_lake(county).write() as tx:
        tx.watermark("journal", 0)
    assert gather_own(county).counts["bp_screening"].unchanged == 1
    assert rows("SELECT count(*) FROM bp_screening_versions") == [(1,)]


def test_a_killed_transaction_leaves_the_watermark(county, rows, monkeypatch):
    from xinglin.lake.write import Write

    save(1, {"day": "2024-03-01", "sbp": 150, "dbp": 95})

    def killed(self, name, value):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Write, "watermark", killed)
        with pytest.raises(KeyboardInterrupt):
            gather_own(county)
    assert rows("SELECT count(*) FROM bp_screening") == [(0,)]
    assert gather_own(county).counts["bp_screening"].new == 1
