"""The county's data as pages read them: a read-only cursor for one request, and up to which night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.know.indicators.queries import Asked, ask, last_day
from xinglin.know.indicators.readers import opener
from xinglin.lake.store import Lake, open_lake
from xinglin.show.common.definitions import catalog


class NothingYet(XinglinError):  # noqa: N818  (a state of the county, not a fault)
    """No night has computed figures here: the page teaches what will bring them."""

    def __init__(self) -> None:
        super().__init__("还没有指标", do="收到各单位的数据并过一夜以后，这里就有数字")


@dataclass(frozen=True)
class Reading:
    """A cursor of this request, and the last night that figures stand on."""

    con: duckdb.DuckDBPyConnection
    lake: Lake
    day: date

    def ask(self, code: str, period: Period) -> Asked:
        """A figure's totals for a period. Raises DeclarationError with what to ask instead."""
        return ask(self.con, catalog().indicator(code), period, open_=opener(self.con, self.day), day=self.day,
                   snapshot=self.lake.snapshot())


@contextmanager
def reading() -> Iterator[Reading]:
    """For as long as one request lasts. Raises NothingYet before the first night."""
    lake = opened()
    day = lake.remembered("figures.last_day", last_day)
    if day is None:
        raise NothingYet
    with lake.cursor() as con:
        yield Reading(con, lake, day)


def opened() -> Lake:
    """The county's data, read-only. Raises NothingYet before the first delivery."""
    try:
        return open_lake(home(), read_only=True)
    except XinglinError:
        raise NothingYet from None
