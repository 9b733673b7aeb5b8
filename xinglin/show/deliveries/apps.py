"""Django's name for this folder."""

from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    """Pages of deliveries; one table, of uploads under way."""

    name = "xinglin.show.deliveries"
    label = "deliveries"
