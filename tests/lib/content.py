"""What a county knows, as digests by table, in words that do not depend on who came first.

Left out: person numbers (told by `who`), delivery and row numbers, moments of arrival, row keys.
"""

import duckdb

from xinglin.declare.catalog import Catalog
from xinglin.lake.tables import at_lake, is_derived, newest_table, q, versions_table

STAMPS = ("delivery", "row_no", "received_at", "subject", "person", "unit", "rk", "why_rk", "digest", "closed_order")
FIGURES = ("contribution", "figure_total")


def who_by_subject(con: duckdb.DuckDBPyConnection) -> None:
    """Table `who`: a person is told by the least of their subjects; every county row is one group."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE who AS SELECT person, min(subject)::VARCHAR AS who, '' AS grp "
                f"FROM {at_lake('person_link')} WHERE to_at IS NULL GROUP BY person")


def digests(con: duckdb.DuckDBPyConnection, catalog: Catalog, *, placed: str = "''",
            told: str = "{}") -> dict[tuple[str, str], tuple[int, str]]:
    """(group, table) → rows and a digest. TEMP table `who` (person, who, grp) tells people.

    `placed`: the group of a row without a person, as SQL over `place`. `told`: what becomes of a
    column's text before it is compared, with {} for the text.
    """
    found = {}
    for name, table in {**_lake_tables(con, catalog), **_projections(con)}.items():
        found |= {(g, name): (n, d) for g, n, d in con.execute(_sql(con, table, placed, told)).fetchall()}
    return found


def _lake_tables(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> dict[str, str]:
    names = [newest_table(r) for r in catalog.records.values()]
    names += [versions_table(r) for r in catalog.records.values() if not is_derived(r)]
    have = {r[0] for r in con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lk'").fetchall()}
    return {n: at_lake(n) for n in (*names, "person_event", *FIGURES) if n in have}


def _sql(con: duckdb.DuckDBPyConnection, table: str, placed: str, told: str) -> str:
    columns = [r[0] for r in con.execute(f"DESCRIBE {table}").fetchall()]
    kept = ["coalesce(" + told.replace("{}", f"t.{q(c)}::VARCHAR") + ", chr(30))" for c in columns if c not in STAMPS]
    group = placed if "place" in columns else "''"
    join = "LEFT JOIN who w USING (person)" if "person" in columns else "CROSS JOIN (SELECT '' AS who, NULL AS grp) w"
    text = f"concat_ws(chr(31), coalesce(w.who, ''), {', '.join(kept)})"
    return (f"SELECT g, count(*), md5(string_agg(x, chr(10) ORDER BY x)) FROM (SELECT coalesce(w.grp, {group}) AS g, "
            f"{text} AS x FROM {table} t {join}) GROUP BY g")


def _projections(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The application's tables of derived rows, copied beside the lake's."""
    import pyarrow as pa

    from xinglin.act.programmes.project import KEYS, fields_of

    found = {}
    for model in KEYS:
        fields = fields_of(model)
        rows = list(model.objects.values_list(*fields))
        con.register("shown", pa.table({
            f: pa.array([r[i] for r in rows], pa.int64()) if f == "person" else
               pa.array([None if r[i] is None else str(r[i]) for r in rows], pa.string()) for i, f in enumerate(fields)}))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {model.__name__} AS FROM shown")
        con.unregister("shown")
        found[f"app {model.__name__}"] = f"temp.main.{model.__name__}"
    return found
