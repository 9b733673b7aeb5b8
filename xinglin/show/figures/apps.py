"""Django's name for this folder."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Pages of figures; no tables."""

    name = "xinglin.show.figures"
    label = "figures"
