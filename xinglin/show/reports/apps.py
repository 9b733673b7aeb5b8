"""Django's name for this folder."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Pages only; the Word desk keeps nothing."""

    name = "xinglin.show.reports"
    label = "reports"
