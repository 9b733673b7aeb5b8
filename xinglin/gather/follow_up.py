"""The follow-up forms of a county's programmes, found in what they declare, never by name.

A form is a Record that closes a programme's task and says in which way the person was met. Its day,
its doctor, its way and what it measures are read from its columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from xinglin.datasets.codelists import FACE_TO_FACE, VISIT_WAY
from xinglin.declare.programme import Programme
from xinglin.declare.record import Column, Record
from xinglin.lake.tables import at_lake

VIEW = "follow_up"
_EMPTY = """SELECT ''::VARCHAR AS form, ''::VARCHAR AS source, ''::VARCHAR AS record_id, 0::BIGINT AS person,
    NULL::DATE AS day, ''::VARCHAR AS doctor, false AS met, 0::BIGINT AS asked, []::DOUBLE[] AS measured WHERE false"""


def forms_of(programmes: Iterable[Programme]) -> tuple[type[Record], ...]:
    """Every follow-up form, each once, in order of first use."""
    closing = (r for p in programmes for t in p.tasks for r in t.closing)
    return tuple(r for r in dict.fromkeys(closing) if _way(r) is not None and r.person_column() is not None)


def visits_sql(forms: Iterable[type[Record]], tables: Collection[str]) -> str:
    """Rows of every form that has a table: form, source, record_id, person, day, doctor, met, asked, measured.

    `met`: face to face. `measured`: the form's measurements as numbers; `asked`: how many it has.
    """
    return " UNION ALL ".join([_EMPTY, *(_one(f) for f in forms if f.about.code in tables)])


def _one(form: type[Record]) -> str:
    way = _way(form)
    met = ", ".join(f"'{code}'" for code in FACE_TO_FACE)
    measured = ", ".join(f'"{c.name}"::DOUBLE' for c in form.measured)
    doctor = next((f'"{c.name}"' for c in form.of_kind("staff")), "NULL::VARCHAR")
    return (f"SELECT '{form.about.code}', source, record_id, person, \"{form.about.dated_by}\"::DATE, {doctor}, "
            f"coalesce(\"{way.name if way else ''}\" IN ({met}), false), {len(form.measured)}, [{measured}]::DOUBLE[] "
            f"FROM {at_lake(form.about.code)}")


def _way(form: type[Record]) -> Column | None:
    return next((c for c in form.of_kind("coded") if c.codes is VISIT_WAY), None)
