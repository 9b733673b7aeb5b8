"""Django's name for this folder."""

from django.apps import AppConfig


class GatherConfig(AppConfig):
    """Deliveries and what came of them."""

    name = "xinglin.gather"
    label = "gather"
    verbose_name = "数据汇集"
