"""Population figures: how many people of a kind a place has in a year, by whose count.

A figure is never overwritten: another number for the same place, year and kind ends the one before,
with its day, and stands beside it.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from xinglin.kernel.errors import XinglinError
from xinglin.registry.by import By, must_exist
from xinglin.registry.models import POPULATION_KINDS, Place, Population


@transaction.atomic
def add_population(*, place: str, year: int, kind: str, number: int, source: str, day: date, by: By) -> Population:
    """Enter a number, in force from `day`; it follows on the one in force for the same place, year and kind."""
    must_exist(Place, [place], "区划代码")
    if kind not in POPULATION_KINDS:
        raise XinglinError(f"没有“{kind}”这类人口", do=f"可用：{'、'.join(POPULATION_KINDS.values())}")
    if not 1949 <= year <= day.year or number < 0:
        raise XinglinError("年份或人数不对", f"{year} 年，{number} 人", "年份不晚于今年，人数不为负")
    if not source.strip():
        raise XinglinError("没有写来源", do="写明谁公布的，例如：县统计局 2025 年统计公报")
    _end(Population.objects.filter(place_id=place, year=year, kind=kind, to_day=None), day)
    made = Population.objects.create(place_id=place, year=year, kind=kind, number=number, source=source.strip(), from_day=day)
    by.record("population.added", {"place": place, "year": year, "what": kind, "number": number, "source": source.strip()})
    return made


@transaction.atomic
def end_population(*, number: int, day: date, why: str, by: By) -> None:
    """Withdraw a figure from `day` on; it stays readable."""
    must_exist(Population, [number], "人口数")
    _end(Population.objects.filter(pk=number, to_day=None), day)
    by.record("population.ended", {"population": number, "day": day, "why": why})


def _end(rows: Iterable[Population], day: date) -> None:
    for row in rows:
        row.to_day = max(day, row.from_day)
        row.save(update_fields=["to_day"])


def population_on(place: str, *, year: int, kind: str, day: date) -> Population | None:
    """The figure in force on a day, None where nobody entered one."""
    rows = Population.objects.filter(place_id=place, year=year, kind=kind, from_day__lte=day)
    return rows.exclude(to_day__lte=day).order_by("-from_day", "-pk").first()
