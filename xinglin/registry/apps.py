"""Django's name for this folder."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registry."""

    name = "xinglin.registry"
    label = "registry"
    verbose_name = "登记册"
