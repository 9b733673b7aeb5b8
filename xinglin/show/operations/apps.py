"""Django's name for this folder."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Pages only; no tables."""

    name = "xinglin.show.operations"
    label = "operations"
