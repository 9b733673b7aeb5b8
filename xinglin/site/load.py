"""Find the packs, build the catalog of this county, hand it to whoever asks."""

import importlib
import pkgutil
from functools import cache

import xinglin.packs
from xinglin.datasets import DELIVERED, DERIVED
from xinglin.declare.catalog import Catalog
from xinglin.declare.norm import adopt
from xinglin.declare.pack import Locality, Pack
from xinglin.localities.sample_county import COUNTY


def found_packs() -> tuple[Pack, ...]:
    """Every module below `xinglin.packs` that has a PACK, sorted by its path."""
    modules = pkgutil.walk_packages(xinglin.packs.__path__, "xinglin.packs.")
    loaded = [importlib.import_module(m.name) for m in sorted(modules, key=lambda m: m.name)]
    return tuple(m.PACK for m in loaded if isinstance(getattr(m, "PACK", None), Pack))


@cache
def catalog(locality: Locality = COUNTY) -> Catalog:
    """The checked and frozen catalog; a locality's own numbers hold from here on."""
    built = Catalog(locality, (*DELIVERED, *DERIVED))
    adopt(locality.adjusts)
    return built
