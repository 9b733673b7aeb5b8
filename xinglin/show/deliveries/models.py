"""Uploads under way, from pages and by token; tokens; what is wrong with a source."""

from django.db import models

STATES = {"running": "正在处理", "done": "已完成", "failed": "没有完成"}


ENVIRONMENTS = {"live": "正式", "test": "测试"}


class UploadToken(models.Model):
    """What a sender's program shows in place of a password. Only its digest is kept; it is shown once.

    A test token checks files and loads nothing.
    """

    source = models.CharField(max_length=40)
    org = models.CharField(max_length=18, blank=True)
    environment = models.CharField(max_length=4, choices=ENVIRONMENTS)
    digest = models.CharField(max_length=64, unique=True)
    shown = models.CharField(max_length=16)         # its first signs, to tell one from another
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    ends_on = models.DateField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-id"]


class Upload(models.Model):
    """A run of `xinglin gather` (or of `reread`) started from a page. No file names: they may hold names."""

    source = models.CharField(max_length=40)
    record = models.CharField(max_length=40)
    check_only = models.BooleanField(default=False)
    rereads = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=STATES, default="running")
    pid = models.BigIntegerField(default=0)
    folder = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    started_by = models.CharField(max_length=40)
    org = models.CharField(max_length=18, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    token = models.ForeignKey(UploadToken, on_delete=models.PROTECT, null=True, related_name="uploads")
    key = models.CharField(max_length=80, blank=True)       # the sender's own: sent twice, one receipt

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["token", "key"], condition=models.Q(token__isnull=False),
                                               name="upload_once")]


MATTERS = {"late": "迟送", "silent": "静默", "drop": "骤降", "failed": "取数失败"}


class SourceMatter(models.Model):
    """What is wrong with a source, with its numbers in words; open until it is mended or explained."""

    source = models.CharField(max_length=40)
    record = models.CharField(max_length=40, blank=True)        # '' where it concerns the whole source
    kind = models.CharField(max_length=8, choices=MATTERS)
    words = models.TextField()
    since = models.DateField()
    opened_at = models.DateTimeField(auto_now_add=True)
    explained = models.CharField(max_length=200, blank=True)    # the sender's word
    explained_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)     # '' where the data themselves closed it
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["source", "record", "kind"], condition=models.Q(closed_at__isnull=True),
                                               name="matter_open_once")]

    @property
    def key(self) -> str:
        """Its name in the journal and on the cockpit."""
        return f"source:{self.pk}"


REPORTED = {"waiting": "未报", "taken": "已报", "returned": "退回"}


class Reported(models.Model):
    """How one of our own rows stands with an outer platform. No row here: 未报. A newer version is 未报 again."""

    record = models.CharField(max_length=40)
    record_id = models.CharField(max_length=80)
    version = models.BigIntegerField()              # of the row as it was written out
    state = models.CharField(max_length=8, choices=REPORTED, default="waiting")
    reason = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "record_id"], name="reported_once")]
