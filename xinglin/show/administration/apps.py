"""Django's name for this folder."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Pages only; no tables."""

    name = "xinglin.show.administration"
    label = "administration"
