"""Uploads under way: who sent what kind of file, and how the run beside the web ended."""

from django.db import models

STATES = {"running": "正在处理", "done": "已完成", "failed": "没有完成"}


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

    class Meta:
        ordering = ["-id"]
