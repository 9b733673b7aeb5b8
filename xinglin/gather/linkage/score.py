"""Pairs of records compared by Splink with the declared comparisons; what each pair weighs, level by level."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

from splink import DuckDBAPI, Linker, SettingsCreator

from xinglin.gather.linkage.block import make_pairs, usable_blocks
from xinglin.gather.linkage.clean import COLUMNS
from xinglin.gather.linkage.declared import COMPARISONS, PRIOR_REPEATS, STEADY, Comparison, Level
from xinglin.gather.sql import Connection, one

# Its own sentences hold its queries.
logging.getLogger("splink").setLevel(logging.ERROR)


def used_comparisons(con: Connection) -> tuple[Comparison, ...]:
    """Those whose column has values in `record`."""
    counts = con.execute(f"SELECT {', '.join(f'count({c.needs})' for c in COMPARISONS)} FROM record").fetchone() or ()
    return tuple(c for c, n in zip(COMPARISONS, counts, strict=True) if n > 1)


def score(con: Connection, *, least: float, people: int = 0, fresh_only: bool = False) -> tuple[Comparison, ...]:
    """Table `edge` (l, r, weight, gamma_…): the pairs of `record` of at least this weight.

    `people`: how many there are when `record` is a part of them; their frequencies then stand in
    `frequency_<column>` (value, count). Returns the comparisons that were made.
    """
    comparisons = used_comparisons(con)
    many = people or one(con, "SELECT count(*) FROM record")
    if not make_pairs(con, usable_blocks(con, COLUMNS), fresh_only=fresh_only):
        con.execute("CREATE OR REPLACE TABLE edge (l BIGINT, r BIGINT, weight DOUBLE)")
        return ()
    api = DuckDBAPI(con)
    linker = Linker(api.register("record", dataset_display_name="records"), _settings(comparisons, many), log_level=None)
    for column in _frequency_columns(comparisons):
        _put_frequencies(con, column, of=people)
        linker.table_management.register_term_frequency_lookup(
            api.register(f"tf_of_{column}", dataset_display_name=f"tf_{column}"), column)
    linker.table_management.register_blocked_pairs_for_predict(api.register("pair", dataset_display_name="pairs"))
    found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
    gammas = "".join(f", gamma_{c.name}" for c in comparisons)
    con.execute(f"CREATE OR REPLACE TABLE edge AS SELECT uid_l AS l, uid_r AS r, match_weight AS weight{gammas} "
                f"FROM {found.physical_name}")
    linker.table_management.delete_tables_created_by_splink_from_db()
    return comparisons


def _settings(comparisons: Sequence[Comparison], many: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="uid", comparisons=[_comparison(c) for c in comparisons],
        probability_two_random_records_match=2 * PRIOR_REPEATS / max(many, STEADY),
        blocking_rules_to_generate_predictions=[], retain_matching_columns=True)


def _comparison(c: Comparison) -> dict[str, Any]:
    empty = {"sql_condition": c.null_sql(), "label_for_charts": "empty", "is_null_level": True}
    return {"output_column_name": c.name, "comparison_levels": [empty, *map(_level, c.levels)]}


def _level(level: Level) -> dict[str, Any]:
    told: dict[str, Any] = {"sql_condition": level.sql or "ELSE", "label_for_charts": level.words,
                            "m_probability": level.m, "u_probability": level.u}
    if level.by:
        told |= {"tf_adjustment_column": level.by, "tf_adjustment_weight": 1.0, "disable_tf_exact_match_detection": True}
    return told


def _frequency_columns(comparisons: Sequence[Comparison]) -> dict[str, float]:
    """Column → the frequency that is declared, to which the counted one is drawn."""
    return {level.by: level.u for c in comparisons for level in c.levels if level.by}


def _put_frequencies(con: Connection, column: str, *, of: int) -> None:
    """`tf_of_<column>`: counted in `record`, or given as counts among `of` people."""
    declared = _frequency_columns(COMPARISONS)[column]
    if of:
        counts, total = f"SELECT value AS {column}, count FROM frequency_{column}", str(of)
    else:
        counts = f"SELECT {column}, count(*) AS count FROM record WHERE {column} IS NOT NULL GROUP BY {column}"
        total = "sum(count) OVER ()"
    con.execute(f"CREATE OR REPLACE TABLE tf_of_{column} AS SELECT {column}, "
                f"(count + {STEADY * declared}) / ({total} + {STEADY}) AS tf_{column} FROM ({counts})")


def probability(weight: float) -> float:
    """Of the odds of 2 to the weight."""
    return 1 / (1 + math.pow(2.0, -max(-60.0, min(60.0, weight))))
