"""The tables of the two streams. Rows are written by `actions` and never changed.

An entry is what stays for ever: who did which kind of thing when. What is about a person
(subject, answers, members of a list) is its body, which a retention schedule may erase; the
entry keeps the salted digest of it.
"""

import json
import uuid
from typing import Any, NoReturn

from django.db import models

from xinglin.kernel.errors import XinglinError


def _refuse(what: str) -> NoReturn:
    raise XinglinError(f"日志只能追加，不能{what}", do="要改正一条记录，请追加一条更正")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Reads and inserts only."""

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse("修改")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse("修改")

    def delete(self) -> NoReturn:
        _refuse("删除")

    delete.queryset_only = True  # type: ignore[attr-defined]


class AppendOnly(models.Model):
    """A row that is inserted once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse("修改")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse("删除")


def new_uid() -> str:
    """A random name for an entry, known outside this database."""
    return uuid.uuid4().hex


class Entry(AppendOnly):
    """What the two streams share. `digest` is SM3 over the entry's own fields and `body_digest`."""

    seq = models.BigAutoField(primary_key=True)
    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    org = models.CharField(max_length=18, blank=True)
    body_digest = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


class Act(Entry):
    """Something done here. `actor` typed it; `service_by` of the body did it."""

    kind = models.CharField(max_length=60)
    on_behalf_of = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20)
    corrects = models.CharField(max_length=32, blank=True, db_index=True)
    idempotency_key = models.CharField(max_length=120, unique=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "seq"], name="act_kind_seq")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    @property
    def payload(self) -> dict[str, Any]:
        """The act's values; empty when erased."""
        values: dict[str, Any] = json.loads(self.body.text or "{}")
        return values

    @property
    def subject_person(self) -> int | None:
        return self.body.subject_person

    @property
    def erased(self) -> bool:
        return self.body.erased_at is not None


class ActBody(AppendOnly):
    """What an act says, beside the chain. `text` is canonical JSON; null once erased."""

    act = models.OneToOneField(Act, on_delete=models.PROTECT, primary_key=True, related_name="body")
    salt = models.BinaryField(max_length=16, null=True)
    subject_person = models.BigIntegerField(null=True, db_index=True)
    service_by = models.CharField(max_length=40, blank=True)
    service_day = models.DateField(null=True)
    service_place = models.CharField(max_length=40, blank=True)
    text = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)


class Access(Entry):
    """Somebody looked. One entry a page or list; the people on it are its members."""

    purpose = models.CharField(max_length=40)
    what = models.CharField(max_length=60)
    members_count = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.seq} {self.what}"


class AccessBody(AppendOnly):
    """Which page it was; null once erased."""

    access = models.OneToOneField(
        Access, on_delete=models.PROTECT, primary_key=True, related_name="body"
    )
    salt = models.BinaryField(max_length=16, null=True)
    page = models.CharField(max_length=300, null=True)
    erased_at = models.DateTimeField(null=True)


class AccessMember(AppendOnly):
    """A person on the page."""

    access = models.ForeignKey(
        Access, on_delete=models.PROTECT, related_name="members", db_index=True
    )
    person = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["person", "access"], name="member_person")]


class Seal(AppendOnly):
    """A closed batch: entries with previous.last_seq < seq ≤ last_seq.

    `chain` = SM3(previous chain, number, last_seq, count, batch), `batch` = SM3 over the
    entries' digests in order.
    """

    number = models.BigIntegerField(primary_key=True)
    last_seq = models.BigIntegerField()
    count = models.IntegerField()
    batch = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        abstract = True


class ActSeal(Seal):
    """Seals of the acts."""


class AccessSeal(Seal):
    """Seals of the access stream."""
