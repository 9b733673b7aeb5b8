"""Control totals of a county: equal in a copy, or it is no copy."""

from __future__ import annotations

import hashlib

from django.db.models import Max

from xinglin.journal.models import Access, Act
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.know.indicators.queries import last_day
from xinglin.lake.store import open_lake
from xinglin.lake.tables import at_lake
from xinglin.registry.models import Person

_CELLS = ("figure, edition, period, as_of, place, org, coalesce(month, ''), coalesce(g1, ''), coalesce(g2, ''), "
          "den, num, unknown")


def control_totals(home: Home) -> dict[str, str | int]:
    """People, entries of both streams, and where there is data: its state, lines, and a digest of all figures."""
    totals: dict[str, str | int] = {
        "people": Person.objects.count(), "acts": Act.objects.aggregate(n=Max("seq"))["n"] or 0,
        "accesses": Access.objects.count()}
    try:
        lake = open_lake(home, read_only=True)
    except XinglinError:
        return totals
    with lake.cursor() as con:
        totals |= {"snapshot": lake.snapshot(),
                   "lines": con.execute(f"SELECT count(*) FROM {at_lake('person_event')}").fetchall()[0][0]}     # noqa: S608
        if last_day(con) is not None:
            cells = con.execute(f"SELECT hash(({_CELLS})::VARCHAR)::VARCHAR FROM {at_lake('figure_total')} "      # noqa: S608
                                "ORDER BY 1").fetchall()
            totals["figures"] = hashlib.sha256(",".join(c[0] for c in cells).encode()).hexdigest()[:16]
    return totals
