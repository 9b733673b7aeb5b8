"""Figures for pages, the command line and reports: the value and its parts. Only reads.

A figure is read from the night's totals; a period that the night does not keep is computed on the
spot from the lake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from xinglin.declare.indicator import PER, Indicator
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period
from xinglin.know.indicators.contribute import PLACES, Open, compile_figure, edition_for
from xinglin.know.indicators.tables import CONTRIBUTION, there
from xinglin.know.indicators.total import cells_sql
from xinglin.lake.privacy import Share, hidden_shares
from xinglin.lake.tables import at_lake

NO_VALUE = "—（分母为 0）"
LIVE = "live_contribution"          # TEMP table of a figure computed on the spot


@dataclass(frozen=True)
class Amount:
    """What a figure counts somewhere. `value` is None where there is nothing to divide by."""

    numerator: Decimal
    denominator: Decimal | None
    value: float | None
    unknown: int = 0
    hidden: bool = False            # a small number, not shown to this reader


@dataclass(frozen=True)
class Part:
    """One line of a breakdown: the key is a place, organisation, month or group code ('' where none)."""

    key: str
    amount: Amount


@dataclass(frozen=True)
class Figure:
    """A figure with what must stand beside it."""

    indicator: Indicator
    period: Period
    place: str
    amount: Amount
    day: date
    snapshot: int
    fingerprint: str
    notes: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Asked:
    """Where a figure's cells and contributions lie, and by what they were made."""

    con: duckdb.DuckDBPyConnection
    indicator: Indicator
    period: Period              # what was asked
    held: Period                # the period that was computed (its months answer a month)
    cells: str
    contributions: str | None
    day: date
    snapshot: int
    fingerprint: str


def ask(con: duckdb.DuckDBPyConnection, editions: Sequence[Indicator], period: Period, *,
        open_: Open, day: date, snapshot: int) -> Asked:
    """Find a figure's stored totals, or compute it on the spot (into TEMP tables).

    Raises DeclarationError for a period before the definition, or one that it cannot be counted by.
    """
    held = _held(editions[-1], period)
    edition = edition_for(editions, held)
    stored = _stored(con, edition, held) if there(con) else None
    if stored is not None:
        as_of, kept, mark, fingerprint = stored
        return Asked(con, edition, period, held, _stored_cells(edition, held),
                     _stored_contributions(edition, held) if kept else None, as_of, mark, fingerprint)
    ready = compile_figure(edition, open_(), held)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {LIVE} AS {ready.sql}")
    cells = f"({cells_sql(f'temp.{LIVE}', min(day, held.last))})"
    return Asked(con, edition, period, held, cells, f"temp.{LIVE}", day, snapshot, ready.fingerprint)


def _held(indicator: Indicator, period: Period) -> Period:
    """The period to compute: the asked one, or for counts by month the one it lies in."""
    if period.kind == indicator.every:
        return period
    whole = Period.of(period.first, indicator.every)
    if "month" in indicator.by and whole.first <= period.first and period.last <= whole.last:
        return whole
    raise DeclarationError(f"“{indicator.title}”按 {_EVERY[indicator.every]}统计，不能算 {period}",
                           indicator.code, f"改查 {whole}")


_EVERY = {"year": "年", "half": "半年", "quarter": "季度", "month": "月", "mch_year": "妇幼年度"}


def _stored(con: duckdb.DuckDBPyConnection, edition: Indicator, period: Period) -> tuple | None:
    return con.execute(
        f"SELECT as_of, kept, snapshot, fingerprint FROM {at_lake('figure_state')} "
        "WHERE figure = ? AND period = ? AND edition = ?",
        [edition.code, period.text, edition.since]).fetchone()


def named_sql(edition: Indicator, period: Period) -> str:
    """The rows of one figure's edition and period."""
    return f"figure = '{edition.code}' AND period = '{period}' AND edition = DATE '{edition.since}'"


def _stored_cells(edition: Indicator, period: Period) -> str:
    table, named = at_lake("figure_total"), named_sql(edition, period)
    return (f"(SELECT * FROM {table} WHERE {named} AND as_of = "
            f"(SELECT max(as_of) FROM {table} WHERE {named}))")


def _stored_contributions(edition: Indicator, period: Period) -> str:
    columns = ", ".join(CONTRIBUTION)
    return f"(SELECT {columns} FROM {at_lake('contribution')} WHERE {named_sql(edition, period)})"


# -- values ---------------------------------------------------------------------------------------

def figure(asked: Asked, *, place: str = "", where: Mapping[str, str] | None = None) -> Figure:
    """The figure at a place (6, 9 or 12 digits, trailing zeros or not; '' is the whole county)."""
    condition, values = where_sql(asked, place, where)
    row = asked.con.execute(f"SELECT sum(den), sum(num), sum(unknown) FROM {asked.cells} WHERE {condition}",
                            values).fetchone()
    amount = _amount(asked.indicator, *(row or (None, None, None)))
    return Figure(asked.indicator, asked.period, place, amount, asked.day, asked.snapshot,
                  asked.fingerprint, notes_of(asked.indicator, amount), text(asked.indicator, amount))


def parts(asked: Asked, by: str, *, place: str = "", where: Mapping[str, str] | None = None) -> list[Part]:
    """The figure by township, village, org, month or one of its own groups; the parts add up.

    By month: events by their month; other figures as they stood at each month's end.
    """
    if by == "month" and "month" not in asked.indicator.by:
        return _at_month_ends(asked, place)
    key = _key(asked.indicator, by)
    condition, values = where_sql(asked, place, where)
    rows = asked.con.execute(
        f"SELECT coalesce({key}, '') AS k, sum(den), sum(num), sum(unknown) FROM {asked.cells} "
        f"WHERE {condition} GROUP BY k ORDER BY k", values).fetchall()
    return [Part(str(r[0]), _amount(asked.indicator, *r[1:])) for r in rows]


def _at_month_ends(asked: Asked, place: str) -> list[Part]:
    """What the totals showed at the end of each month (the running month: last night)."""
    if not there(asked.con):
        return []
    condition, values = in_place(place)
    named = named_sql(asked.indicator, asked.held)
    rows = asked.con.execute(
        "SELECT strftime(as_of, '%Y-%m') AS k, sum(den), sum(num), sum(unknown) "
        f"FROM {at_lake('figure_total')} WHERE {named} AND {condition} GROUP BY k ORDER BY k",
        values).fetchall()
    return [Part(str(r[0]), _amount(asked.indicator, *r[1:])) for r in rows]


def _key(indicator: Indicator, by: str) -> str:
    fixed = {"township": "left(place, 9) || '000'", "village": "place", "org": "org", "month": "month"}
    if by in fixed:
        return fixed[by]
    return _group(indicator, by)


def _group(indicator: Indicator, name: str) -> str:
    groups = [g for g in indicator.by if g not in PLACES]
    if name not in groups:
        have = "、".join(dict.fromkeys((*("township", "village", "org", "month"), *groups)))
        raise DeclarationError(f"“{indicator.title}”不能按 {name} 分", indicator.code, f"可用：{have}")
    return f"g{groups.index(name) + 1}"


def where_sql(asked: Asked, place: str, where: Mapping[str, str] | None) -> tuple[str, list[str]]:
    """A condition on cells or contributions, and its values."""
    condition, values = in_place(place)
    for name, value in (where or {}).items():
        condition += f" AND {_group(asked.indicator, name)} = ?"
        values.append(value)
    if asked.period != asked.held:
        months = [m.text for m in asked.period.months()]
        condition += f" AND month IN ({', '.join('?' for _ in months)})"
        values += months
    return condition, values


def in_place(place: str) -> tuple[str, list[str]]:
    """Cells of a place; the county's own are also those whose place is not known."""
    prefix = place_prefix(place)
    if not prefix:
        return "true", []
    unplaced = " OR place IS NULL" if len(prefix) == 6 else ""
    return f"(starts_with(place, ?){unplaced})", [prefix]


def place_prefix(place: str) -> str:
    """330182, 330182101 or 330182101001 from a code with or without its trailing zeros."""
    if place and not (place.isdigit() and len(place) in (6, 9, 12)):
        raise DeclarationError(f"区划代码“{place[:20]}”不对", "", "写 6 位（县）、9 位（乡镇）或 12 位（村）数字")
    for digits in (6, 9):
        if len(place) > digits and not place[digits:].strip("0"):
            return place[:digits]
    return place


def _amount(indicator: Indicator, den: Decimal | None, num: Decimal | None, unknown: int | None) -> Amount:
    num, den = num or Decimal(0), den or Decimal(0)
    if indicator.kind == "count":
        return Amount(num, None, float(num))
    return Amount(num, den, float(num / den) if den else None, int(unknown or 0))


def text(indicator: Indicator, amount: Amount) -> str:
    """The value as printed: 68.4%, 1204 人, or — where the denominator is 0."""
    if amount.hidden:
        return "＊（人数过少，不显示）"
    if amount.value is None:
        return NO_VALUE
    if indicator.kind == "count":
        return f"{plain(amount.numerator)} {indicator.unit}"
    if indicator.kind == "mean":
        return f"{amount.value:.1f}{'' if indicator.unit == '%' else ' '}{indicator.unit}".strip()
    return f"{amount.value * PER.get(indicator.unit, 1):.1f}{indicator.unit}"


def plain(value: Decimal) -> str:
    """A whole number without its zeros, else one decimal."""
    return str(int(value)) if value == value.to_integral_value() else f"{value:.1f}"


def notes_of(indicator: Indicator, amount: Amount) -> tuple[str, ...]:
    """What must be said beside a value: the variant in force, what is unknown, what passes 100 %."""
    found = [indicator.note] if indicator.note else []
    if amount.unknown and indicator.kind == "mean":
        found.append(f"其中 {amount.unknown} 条没有数值，不参与平均")
    elif amount.unknown:
        found.append(f"其中 {amount.unknown} 条无法判定，计入分母，不计入分子")
    if indicator.kind == "coverage" and amount.value is not None and amount.value > 1:
        found.append("超过 100%：分子与分母来源不同，不截断；请核对分母（数据质量问题）")
    return tuple(found)


# -- small numbers --------------------------------------------------------------------------------

def protected(whole: Amount, listed: Sequence[Part], *, known: Iterable[str] = ()) -> list[Part]:
    """The parts as shown to those without a right to rows: small numbers hidden, and with them as
    many others as it takes that nobody works them out. The whole stands above the list, so it is
    known; so are the parts named in `known`, which the reader may see (their own place)."""
    shares = {p.key: _share(p.amount) for p in listed} | {_WHOLE: _share(whole)}
    hidden = hidden_shares(shares, parents={p.key: _WHOLE for p in listed}, known=frozenset({_WHOLE, *known}))
    return [replace(p, amount=HIDDEN) if p.key in hidden else p for p in listed]


_WHOLE = "whole"
HIDDEN = Amount(Decimal(0), None, None, hidden=True)


def _share(amount: Amount) -> Share:
    """Counts as a share of themselves; a coverage's surplus counts as all."""
    den = int(amount.denominator if amount.denominator is not None else amount.numerator)
    return Share(min(int(amount.numerator), den), den)


def last_day(con: duckdb.DuckDBPyConnection) -> date | None:
    """The day up to which the last night computed, None before the first night."""
    if not there(con):
        return None
    found = con.execute(f"SELECT max(as_of) FROM {at_lake('figure_state')}").fetchone()
    return found[0] if found else None
