"""Django's name for this folder."""

from django.apps import AppConfig


class DoctorConfig(AppConfig):
    """Pages only; their tables are those of act and registry."""

    name = "xinglin.show.doctor"
    label = "doctor"
