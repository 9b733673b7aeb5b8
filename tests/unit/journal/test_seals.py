"""The chain: whatever is changed, taken away or put in is found; erasure by schedule is not."""

import random
from datetime import datetime, timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from xinglin.journal import guards, seals
from xinglin.journal.actions import erase_access, erase_acts, record_access, record_act
from xinglin.journal.digests import entry_digest
from xinglin.journal.models import Act, ActBody, ActSeal
from xinglin.journal.queries import verify
from xinglin.journal.sealer import Sealer
from xinglin.journal.seals import STREAMS, seal_closed
from xinglin.kernel.errors import XinglinError

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(databases=["default", "access"])]


def fill(count=7, prefix="k"):
    for n in range(count):
        record_act(
            kind=("record.saved", "task.postponed")[n % 2],
            actor=f"S{n}",
            org="",
            payload={"n": n},
            idempotency_key=f"{prefix}{n}",
            subject_person=n,
        )
        record_access(
            actor=f"S{n}", purpose="care", what="list", persons=[n, n + 1], page=f"/p{n}/"
        )


def behind_the_back(database, *statements):
    connection = connections[database]
    guards.remove(connection)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    guards.install(connection)


def last(table):
    return f"(SELECT max(seq) FROM {table})"


def test_an_empty_journal_is_whole():
    assert verify().ok and seal_closed() == 0


def test_what_was_sealed_is_counted_once():
    fill(7)
    assert (verify().checked, verify().unsealed) == (14, 14)
    assert seal_closed() == 14
    assert seal_closed() == 0
    fill(2, "later")
    report = verify()
    assert (report.ok, report.checked, report.unsealed) == (True, 18, 4)


TAMPERINGS = [
    ("default", "UPDATE journal_act SET actor = 'X' WHERE seq = " + last("journal_act")),
    ("default", "UPDATE journal_act SET at = '2020-01-01' WHERE actor = 'S3'"),
    ("default", "UPDATE journal_act SET corrects = 'x' WHERE actor = 'S3'"),
    ("default", "UPDATE journal_act SET idempotency_key = 'x' WHERE actor = 'S3'"),
    ("default", "UPDATE journal_actbody SET text = '{\"n\":99}' WHERE subject_person = 3"),
    ("default", "UPDATE journal_actbody SET subject_person = 99 WHERE subject_person = 3"),
    ("default", "UPDATE journal_actbody SET service_by = 'X' WHERE subject_person = 3"),
    ("default", "DELETE FROM journal_actbody WHERE subject_person = 3"),
    ("access", "UPDATE journal_access SET purpose = 'x' WHERE actor = 'S3'"),
    ("access", "UPDATE journal_access SET members_count = 0 WHERE actor = 'S3'"),
    ("access", "UPDATE journal_accessbody SET page = '/x/' WHERE page = '/p3/'"),
    ("access", "UPDATE journal_accessmember SET person = 99 WHERE person = 3"),
    ("access", "DELETE FROM journal_accessmember WHERE person = 3"),
    ("access", "UPDATE journal_accessbody SET salt = NULL, page = NULL, erased_at = '2024-01-01'"),
    (
        "default",
        "UPDATE journal_actbody SET salt = NULL, text = NULL, subject_person = NULL,"
        " erased_at = '2024-01-01' WHERE subject_person = 3",
    ),
]


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize(("database", "statement"), TAMPERINGS)
def test_a_changed_row_is_named(database, statement, sealed):
    fill()
    if sealed:
        seal_closed()
    assert verify().ok
    behind_the_back(database, statement)
    report = verify()
    assert not report.ok and report.first_bad.seq > 0
    assert report.first_bad.stream == ("act" if database == "default" else "access")


REMOVALS = [
    [
        "DELETE FROM journal_actbody WHERE subject_person = 3",
        "DELETE FROM journal_act WHERE actor = 'S3'",
    ],
    [
        "DELETE FROM journal_actbody WHERE act_id = " + last("journal_act"),
        "DELETE FROM journal_act WHERE seq = " + last("journal_act"),
    ],
    ["DELETE FROM journal_actseal WHERE number = 2"],
    ["DELETE FROM journal_actseal WHERE number = 1"],
    ["DELETE FROM journal_actseal", "DELETE FROM journal_actbody", "DELETE FROM journal_act"],
    ["UPDATE journal_actseal SET chain = batch WHERE number = 1"],
    ["UPDATE journal_actseal SET last_seq = last_seq - 1 WHERE number = 1"],
    [
        "UPDATE journal_actbody SET act_id = 1000000 WHERE act_id = (SELECT min(seq) FROM journal_act)",
        "UPDATE journal_act SET seq = 1000000 WHERE seq = (SELECT min(seq) FROM journal_act)",
    ],
]


@pytest.mark.parametrize("statements", REMOVALS)
def test_a_removed_row_or_seal_is_found(statements):
    fill(4, "a")
    seal_closed()
    fill(4, "b")
    seal_closed()
    behind_the_back("default", *statements)
    assert not verify().ok


def test_the_tail_cut_with_its_seal_is_found_by_the_anchor():
    fill(4, "a")
    seal_closed()
    kept = Act.objects.order_by("-seq").first().seq
    fill(4, "b")
    seal_closed()
    behind_the_back(
        "default",
        f"DELETE FROM journal_actbody WHERE act_id > {kept}",
        f"DELETE FROM journal_act WHERE seq > {kept}",
        "DELETE FROM journal_actseal WHERE number = 2",
    )
    assert "末尾被截去" in verify().first_bad.what
    STREAMS[0].anchor_file.unlink()
    assert "凭据" in verify().first_bad.what


def test_a_chain_written_anew_is_found_by_the_anchor():
    fill(4)
    seal_closed()
    known = STREAMS[0].anchor_file.read_text()
    behind_the_back(
        "default",
        "DELETE FROM journal_actseal",
        "DELETE FROM journal_actbody WHERE subject_person = 3",
        "DELETE FROM journal_act WHERE actor = 'S3'",
    )
    STREAMS[0].anchor_file.unlink()
    seal_closed()
    assert verify().ok  # faultless by itself
    STREAMS[0].anchor_file.write_text(known)
    assert "整条链被重写" in verify().first_bad.what


def test_an_older_anchor_does_no_harm():
    fill(2, "a")
    seal_closed()
    known = STREAMS[0].anchor_file.read_text()
    fill(2, "b")
    seal_closed()
    STREAMS[0].anchor_file.write_text(known)
    assert verify().ok


def test_a_row_slipped_into_a_sealed_batch_is_found():
    fill(2, "a")
    gone = record_act(kind="x", actor="S", org="", payload={}, idempotency_key="gap")
    behind_the_back(
        "default",
        f"DELETE FROM journal_actbody WHERE act_id = {gone.seq}",
        f"DELETE FROM journal_act WHERE seq = {gone.seq}",
    )
    fill(2, "b")
    seal_closed()
    slipped = record_act(kind="x", actor="S", org="", payload={}, idempotency_key="slip")
    behind_the_back(
        "default",
        f"UPDATE journal_act SET seq = {gone.seq} WHERE seq = {slipped.seq}",
        f"UPDATE journal_actbody SET act_id = {gone.seq} WHERE act_id = {slipped.seq}",
    )
    assert not verify().ok


@pytest.mark.parametrize(
    "before", [timezone.now() + timedelta(days=30), datetime(2020, 1, 1)], ids=["to come", "naive"]
)
def test_a_schedule_lies_in_the_past(before):
    given = {"before": before, "why": "期满", "actor": "A", "org": "", "idempotency_key": "e"}
    fill(1)
    for erase in (
        lambda: erase_acts(kinds=["record.saved"], **given),
        lambda: erase_access(**given),
    ):
        with pytest.raises(XinglinError, match="截止时刻"):
            erase()
    assert Act.objects.count() == 1 and ActBody.objects.filter(erased_at=None).count() == 1


def test_erasing_by_schedule_leaves_the_chain_whole():
    fill()
    seal_closed()
    before, who = timezone.now(), {"why": "保管期满", "actor": "A1", "org": ""}
    erased = erase_acts(kinds=["record.saved"], before=before, idempotency_key="e1", **who)
    assert erased == 4
    assert erase_access(before=before, idempotency_key="e2", **who) == 7
    seal_closed()
    report = verify()
    assert report.ok, report.first_bad
    kept = ActBody.objects.filter(erased_at=None).exclude(subject_person=None)
    assert sorted(b.subject_person for b in kept) == [1, 3, 5]
    emptied = Act.objects.select_related("body").filter(kind="record.saved").first()
    assert emptied.erased and emptied.payload == {} and emptied.body.salt is None


def test_an_erasure_reaches_no_further_than_its_schedule():
    fill()
    erase_acts(
        kinds=["task.postponed"],
        before=timezone.now(),
        idempotency_key="e1",
        why="保管期满",
        actor="A1",
        org="",
    )
    behind_the_back(
        "default",
        "UPDATE journal_actbody SET salt = NULL, text = NULL, subject_person = NULL,"
        " erased_at = '2024-01-01' WHERE subject_person = 2",
    )
    assert "没有对应的销毁记录" in verify().first_bad.what


def test_a_row_forged_with_its_digest_is_found_by_its_batch():
    fill(4)
    seal_closed()
    forged = Act.objects.get(actor="S2")
    forged.actor = "X"
    new = entry_digest(forged).hex()
    behind_the_back(
        "default",
        f"UPDATE journal_act SET actor = 'X', digest = {bytes_of(new)} WHERE actor = 'S2'",
    )
    assert "内容被改动" in verify().first_bad.what and verify().first_bad.seq == 0


def bytes_of(digits):
    postgresql = connections["default"].vendor == "postgresql"
    return f"'\\x{digits}'::bytea" if postgresql else f"x'{digits}'"


def test_an_erasure_excuses_nothing_newer():
    fill(2, "old")
    given = {"why": "保管期满", "actor": "A1", "org": ""}
    erase_acts(kinds=["record.saved"], before=timezone.now(), idempotency_key="e", **given)
    erase_access(before=timezone.now(), idempotency_key="f", **given)
    fill(2, "new")
    assert verify().ok
    for database, content in (
        ("access", "page = NULL"),
        ("default", "text = NULL, subject_person = NULL"),
    ):
        behind_the_back(
            database,
            f"UPDATE journal_{'act' if database == 'default' else 'access'}body"
            f" SET salt = NULL, {content}, erased_at = '2024-01-01' WHERE erased_at IS NULL",
        )
        assert "没有对应的销毁记录" in verify().first_bad.what
        assert verify().first_bad.stream == ("act" if database == "default" else "access")


def test_a_slower_sealer_does_not_set_the_anchor_back():
    fill(2, "a")
    seal_closed()
    first = ActSeal.objects.get(number=1)
    fill(2, "b")
    seal_closed()
    seals.write_anchor(STREAMS[0], first)
    assert seals.read_anchor(STREAMS[0])[0] == 2


def test_erasing_twice_erases_once():
    fill()
    given = {
        "before": timezone.now(),
        "why": "期满",
        "actor": "A",
        "org": "",
        "idempotency_key": "e",
    }
    assert erase_acts(kinds=["record.saved"], **given) == 4
    assert erase_acts(kinds=["record.saved"], **given) == 0
    assert verify().ok


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_appending_and_sealing_verifies(seed, monkeypatch):
    chance = random.Random(seed)
    monkeypatch.setattr(seals, "BATCH", chance.choice([1, 2, 5, 100]))
    total = 0
    for step in range(12):
        count = chance.randrange(4)
        fill(count, f"s{step}-")
        total += 2 * count
        if chance.random() < 0.4:
            seal_closed()
    seal_closed()
    report = verify()
    assert (report.ok, report.checked, report.unsealed) == (True, total, 0)
    victim = chance.choice(list(Act.objects.values_list("seq", flat=True)))
    behind_the_back("default", f"UPDATE journal_act SET org = 'x' WHERE seq = {victim}")
    assert verify().first_bad.seq == victim


@pytest.mark.django_db(transaction=True, databases=["default", "access"])
def test_the_sealer_seals_what_is_left_when_it_stops():
    with transaction.atomic():
        fill(3)
    sealer = Sealer(every_seconds=3600)
    sealer.start()
    sealer.stop()
    assert ActSeal.objects.count() == 1 and verify().unsealed == 0
