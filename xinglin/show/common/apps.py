"""The Django app of the design system."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Templates, static files and tags that all pages share; tables of seats and second factors."""

    name = "xinglin.show.common"
    label = "common"
