"""Django's name for this folder."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Programmes: worklists and cases."""

    name = "xinglin.act.programmes"
    label = "programmes"
    verbose_name = "专案与任务"
