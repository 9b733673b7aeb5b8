"""What every step of a night gets."""

from dataclasses import dataclass
from datetime import date

from xinglin.declare.catalog import Catalog
from xinglin.kernel.home import Home


@dataclass(frozen=True)
class Scene:
    """What every step gets: where, what is declared, which day it is."""

    home: Home
    catalog: Catalog
    day: date
    full: bool = False
