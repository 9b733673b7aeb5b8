"""Django's name for this folder."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Pages about entries of the registry; no tables of its own."""

    name = "xinglin.show.people"
    label = "people"
