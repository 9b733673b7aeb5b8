"""Django's name for this folder."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal."""

    name = "xinglin.journal"
    label = "journal"
    verbose_name = "日志"
