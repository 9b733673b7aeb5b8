"""The county's definitions for pages: which Records and programmes there are."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from xinglin.declare.catalog import Catalog


def catalog() -> Catalog:
    """The catalog that the site was started with (settings.CATALOG names who builds it)."""
    build: Callable[[], Catalog] = import_string(settings.CATALOG)
    return build()
