"""Django's name for this folder."""

from django.apps import AppConfig


class CockpitConfig(AppConfig):
    """One page; no tables."""

    name = "xinglin.show.cockpit"
    label = "cockpit"
