"""Django's name for this folder."""

from django.apps import AppConfig


class GatherConfig(AppConfig):
    name = "xinglin.gather"
    label = "gather"
    verbose_name = "数据汇集"
