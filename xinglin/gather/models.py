"""Deliveries and what came of them: states, counts, questions, maps. No personal data in the open.

What a sender wrote in a code column may be anything, a name too: it is sealed like a name.
Rows of these tables are written by `actions` and `receive`.
"""

from django.db import models

STATES = {
    "stored": "已存原件",
    "checked": "已核对",
    "done": "已完成",
    "refused": "整份退回",
}
SOURCE_KINDS = {"hospital": "医疗机构", "register": "登记系统", "line_list": "个案清单",
                "own": "本系统", "other": "其他"}


class Source(models.Model):
    """Who sends: one outer system. `synthetic` ones never load into a county marked real."""

    code = models.SlugField(max_length=40, primary_key=True)
    title = models.CharField(max_length=100)
    org = models.CharField(max_length=18, blank=True)
    kind = models.CharField(max_length=12, choices=SOURCE_KINDS, default="other")
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class ColumnMap(models.Model):
    """How a source's file is read into a Record (TOML, see mapping.py); the newest holds."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="maps")
    record = models.CharField(max_length=40)
    text = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "record"], name="map_once")]


class SourceState(models.Model):
    """How far a database source has been read for a Record. `position`: the last watermark, with its kind.

    `snapshot`: the sender's rows of the last window, encrypted beside the raw deliveries.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="states")
    record = models.CharField(max_length=40)
    position = models.JSONField(null=True)
    snapshot = models.CharField(max_length=100, blank=True)
    key_wrapped = models.BinaryField(null=True)
    ran_at = models.DateTimeField(null=True)
    complete = models.BooleanField(default=False)   # the last run came to its end
    rows = models.BigIntegerField(default=0)        # read by the last run
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "record"], name="state_once")]


class Delivery(models.Model):
    """One file that came. received = accepted + rejected + queried; all three count rows."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries")
    record = models.CharField(max_length=40)
    form = models.CharField(max_length=8)          # csv, xlsx, parquet, ndjson
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    mapping = models.TextField(blank=True)
    version = models.BigIntegerField()             # of rows that bring none: day of the file
    state = models.CharField(max_length=8, choices=STATES)
    raw = models.CharField(max_length=100, blank=True)
    key_wrapped = models.BinaryField(null=True)    # forget it, and the raw copy is erased
    sent_by = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    resends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="resent")
    received = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    queried = models.BigIntegerField(default=0)
    outside = models.BigIntegerField(default=0)    # rows the map leaves out by agreement
    duplicates = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    new_people = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True)         # why the whole file was refused, one sentence
    workbook = models.CharField(max_length=100, blank=True)
    notes = models.JSONField(default=dict)         # changes made, columns not used

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(
            fields=["source", "record", "digest"], condition=~models.Q(state="refused"),
            name="delivery_once")]
        indexes = [models.Index(fields=["source", "received_at"], name="delivery_source_day")]

    def __str__(self) -> str:
        return f"{self.pk} {self.source_id} {self.record}"


class ReasonCount(models.Model):
    """How many rows of a delivery a reason touched."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="reasons")
    act = models.CharField(max_length=6)           # reject, query
    column = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=200)
    rows = models.BigIntegerField()


class Question(models.Model):
    """A queried row that waits for its sender: where it stands, never what it holds."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="questions")
    row_no = models.BigIntegerField()
    record_hash = models.BigIntegerField()         # of the row's record id, as in the lake's rk
    words = models.CharField(max_length=200)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["record_hash"], name="question_row"),
                   models.Index(fields=["delivery", "answered_at"], name="question_open",     # both: a count reads no row
                                condition=models.Q(answered_at__isnull=True))]


class CodeMap(models.Model):
    """A sender's code for one of ours; `ours` empty is a mapping to be made."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="codes")
    codelist = models.CharField(max_length=40)
    theirs_hash = models.BigIntegerField()
    theirs_sealed = models.BinaryField()
    ours = models.CharField(max_length=40, blank=True)
    rows = models.BigIntegerField(default=0)
    decided_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(
            fields=["source", "codelist", "theirs_hash"], name="code_once")]


class PendingLink(models.Model):
    """A person registered for a subject whose delivery is not yet in the lake (after a kill)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE)
    subject = models.BigIntegerField()
    person = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject"], name="pending_once")]


class MergedSubject(models.Model):
    """A subject whose own person was merged: who it is by linkage, while its rows lie with another entry."""

    subject = models.BigIntegerField(primary_key=True)
    own = models.BigIntegerField(db_index=True)


PAIR_STATES = {"open": "待判断", "same": "是同一人", "apart": "不是同一人", "later": "暂缓"}


class DuplicatePair(models.Model):
    """Two entries that may be one person. `levels`: comparison → words of linkage.declared; no values."""

    left = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="+")
    weight = models.FloatField()
    strong = models.BooleanField(default=False)     # as good as certain; many may be decided at a time
    levels = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=PAIR_STATES, default="open")
    found_at = models.DateTimeField()
    later_until = models.DateField(null=True)
    absorbed = models.BigIntegerField(null=True)    # who was merged by this decision; for taking it back
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="pair_once")]
        indexes = [models.Index(fields=["state", "-weight"], name="pair_queue")]


class ComparedUpTo(models.Model):
    """How far the registry has been compared with itself: the newest person, the newest act."""

    name = models.CharField(max_length=10, primary_key=True)
    value = models.BigIntegerField()
