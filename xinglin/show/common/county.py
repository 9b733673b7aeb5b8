"""Which county this is, read from county.toml: its name, whether it is made up, demo accounts.

code = "330182"
name = "示例县"
kind = "synthetic"            # or "real"
second_factor = "off"         # of a synthetic county only; else "administrators", or more roles: ["village_doctor"]

[[accounts]]                  # of a synthetic county only; shown on the sign-in page
username = "wang"
password = "xinglin-demo"
about = "责任医生 · 下涯村卫生室"
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from xinglin.kernel.home import home


@dataclass(frozen=True, kw_only=True)
class Account:
    """A demo account: how to sign in and, in one line, who that is."""

    username: str
    password: str
    about: str


@dataclass(frozen=True, kw_only=True)
class County:
    """The county of this home."""

    code: str
    name: str
    synthetic: bool
    accounts: tuple[Account, ...] = ()
    second_factor: str = "administrators"  # "off", or roles separated by commas beside the administrators


NO_COUNTY = County(code="", name="未建县", synthetic=False)


def county() -> County:
    """The county of XINGLIN_HOME; `NO_COUNTY` before one was made. Rereads a changed file."""
    path = home().county_file
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return NO_COUNTY


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> County:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    synthetic = told.get("kind") == "synthetic"
    accounts = tuple(
        Account(username=a["username"], password=a["password"], about=a["about"])
        for a in told.get("accounts", [])
    )
    return County(
        code=str(told.get("code", "")),
        name=str(told.get("name", "")),
        synthetic=synthetic,
        accounts=accounts if synthetic else (),
        second_factor=_second_factor(told.get("second_factor"), synthetic=synthetic),
    )


def _second_factor(told: object, *, synthetic: bool) -> str:
    """Off by default where everything is made up; a real county cannot switch it off for administrators."""
    if told is None or told == "off":
        return "off" if synthetic else "administrators"
    return ",".join(str(role) for role in told) if isinstance(told, list) else str(told)
