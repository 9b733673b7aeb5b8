"""The lake's own list of deliveries as rows of `arrival`: who sent what, and how long after the one before."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from xinglin.declare.record import Record
from xinglin.gather.models import Source
from xinglin.gather.sql import text
from xinglin.lake.tables import at_lake

STAGED = "_arrivals"
RHYTHMS = ("每日", "每周", "每月")        # the first word of About.arrives


def stage_arrivals(con: duckdb.DuckDBPyConnection, records: Mapping[str, type[Record]]) -> str:
    """Make the TEMP table of all arrivals; returns its name."""
    agreed = {code: next((w for w in RHYTHMS if r.about.arrives.startswith(w)), "") for code, r in records.items()}
    con.execute(f"""CREATE OR REPLACE TEMP TABLE {STAGED} AS
        WITH org(sender, org) AS ({_values(dict(Source.objects.values_list("code", "org")))}),
        agreed(dataset, every) AS ({_values({c: e for c, e in agreed.items() if e})})
        SELECT NULL::BIGINT AS person, d.id AS number, d.source AS sender, d.record AS dataset, a.every,
               d.received_at::DATE AS day, nullif(o.org, '') AS org, d.received, d.accepted, d.rejected, d.queried,
               date_diff('day', lag(d.received_at::DATE) OVER (PARTITION BY d.source, d.record ORDER BY d.received_at, d.id),
                         d.received_at::DATE) AS gap
        FROM {at_lake('delivery')} d LEFT JOIN org o ON o.sender = d.source LEFT JOIN agreed a ON a.dataset = d.record""")
    return f"temp.{STAGED}"


def _values(pairs: Mapping[str, str]) -> str:
    rows = ", ".join(f"({text(k)}, {text(v)})" for k, v in pairs.items())
    return f"SELECT * FROM (VALUES {rows})" if rows else "SELECT NULL::VARCHAR, NULL::VARCHAR WHERE false"
