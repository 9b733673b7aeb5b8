"""The Django app of the design system."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Templates, static files and tags that all pages share; no tables."""

    name = "xinglin.show.common"
    label = "common"
