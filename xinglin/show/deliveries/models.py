"""Uploads under way, from pages and by token, and the tokens of organisations."""

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
