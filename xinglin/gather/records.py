"""Finding a Record by its code: those of datasets, and those of the county's packs."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from xinglin import datasets
from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import is_derived


def records() -> dict[str, type[Record]]:
    """Code → Record, of all that may be delivered."""
    _load_datasets()
    _load_packs()
    found: dict[str, type[Record]] = {}
    waiting = list(Record.__subclasses__())
    while waiting:
        record = waiting.pop()
        waiting += record.__subclasses__()
        if record.__module__.startswith("xinglin.") and not is_derived(record):
            found[record.about.code] = record
    return dict(sorted(found.items()))


@cache
def _load_datasets() -> None:
    for module in pkgutil.iter_modules(datasets.__path__):
        importlib.import_module(f"{datasets.__name__}.{module.name}")


@cache
def _load_packs() -> None:
    """The county's definitions, by the name that the settings give: gathering names no pack."""
    import_string(settings.CATALOG)()


def record_of(code: str | type[Record]) -> type[Record]:
    """The Record of a code. Raises XinglinError that lists what there is."""
    if not isinstance(code, str):
        return code
    found = records().get(code)
    if found is None:
        raise XinglinError(f"没有叫“{code}”的数据集", do=f"可用：{'、'.join(records())}")
    return found
