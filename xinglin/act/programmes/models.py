"""Projections of cases, tasks, loops and suspects for pages: derived, can be dropped and refilled.

No row holds a state that changes with the day: overdue is `due_by` before today. `house` orders a
doctor's list by door. What was closed lately stays, marked, so that the day's work can be counted.
"""

from django.db import models
from django.db.models import Q

DONE, WITHDRAWN, NOT_NEEDED = "已了", "因更正撤销", "不再需要"
OPEN, CLOSED = Q(closed_on__isnull=True), Q(closed_on__isnull=False)


class Managed(models.Model):
    """Whose it is: the person, the programme, and who looks after them.

    `rk` is 64 bits over the natural key, `digest` over the whole row as the last fill wrote it (0
    once a save has changed it): a fill compares these two numbers, not rows.
    """

    rk = models.BigIntegerField(primary_key=True)
    digest = models.BigIntegerField(default=0)
    person = models.BigIntegerField()
    programme = models.CharField(max_length=40)
    org = models.CharField(max_length=18, blank=True)
    doctor = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True


class CaseRow(Managed):
    """A person's case in a programme as it stands. `line`: the last values, `150/95`."""

    state = models.CharField(max_length=10)
    enrolled = models.DateField(null=True)
    ended = models.DateField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    paused_on = models.DateField(null=True)
    last_day = models.DateField(null=True)
    last_class = models.CharField(max_length=40, blank=True)
    next_due = models.DateField(null=True)
    open_tasks = models.IntegerField(default=0)
    open_loops = models.IntegerField(default=0)
    house = models.CharField(max_length=80, blank=True)
    line = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "programme"], name="case_once")]
        indexes = [
            models.Index(fields=["org", "programme", "state", "person"], name="case_org"),
            models.Index(fields=["doctor", "programme", "state", "person"], name="case_doctor"),
        ]


class OpenTask(Managed):
    """A task due within 60 days or overdue, or closed in the last weeks (`closed_on`)."""

    task = models.CharField(max_length=40)
    cycle = models.CharField(max_length=40)
    due_from = models.DateField()
    due_by = models.DateField()
    paused = models.BooleanField(default=False)
    house = models.CharField(max_length=80, blank=True)
    line = models.CharField(max_length=80, blank=True)
    last_class = models.CharField(max_length=40, blank=True)
    closed_on = models.DateField(null=True)
    closed_as = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(
            fields=["person", "programme", "task", "cycle"], name="open_task_once")]
        indexes = [
            models.Index(fields=["doctor", "house", "person", "due_by"], condition=OPEN,
                         name="task_doctor_house"),
            models.Index(fields=["org", "house", "person", "due_by"], condition=OPEN,
                         name="task_org_house"),
            models.Index(fields=["org", "due_by", "paused"], condition=OPEN, name="task_org_due"),
            models.Index(fields=["doctor", "due_by", "paused"], condition=OPEN, name="task_doctor_due"),
            models.Index(fields=["org", "closed_on", "closed_as"], condition=CLOSED, name="task_org_closed"),
            models.Index(fields=["doctor", "closed_on", "closed_as"], condition=CLOSED, name="task_doctor_closed"),
        ]


class OpenLoop(Managed):
    """A loop that has not come back closed, or was closed in the last weeks."""

    loop = models.CharField(max_length=40)
    opened = models.DateField()
    follow_by = models.DateField()
    step = models.CharField(max_length=20, blank=True)
    reasons = models.TextField(blank=True)
    closed_on = models.DateField(null=True)
    closed_as = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(
            fields=["person", "programme", "loop", "opened"], name="open_loop_once")]
        indexes = [
            models.Index(fields=["org", "follow_by"], condition=OPEN, name="loop_org"),
            models.Index(fields=["doctor", "follow_by"], condition=OPEN, name="loop_doctor"),
        ]


class SuspectRow(Managed):
    """Somebody to verify, with the row that makes them suspected."""

    day = models.DateField()
    why_record = models.CharField(max_length=40)
    why_rk = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "programme"], name="suspect_once")]
        indexes = [models.Index(fields=["org", "programme", "day", "person"], name="suspect_org"),
                   models.Index(fields=["doctor", "programme", "day", "person"], name="suspect_doctor")]


class Carry(models.Model):
    """What the lake knew of a person when last asked: the rows that folds read, as JSON.

    Good while `filled` and `fingerprint` are those of now; then a save reads no lake.
    """

    person = models.BigIntegerField(primary_key=True)
    filled = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    content = models.JSONField()


class Mark(models.Model):
    """What the projections remember: `journal`, up to which act the lake had read at the last fill;
    `filled`, how many fills there were."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField()
