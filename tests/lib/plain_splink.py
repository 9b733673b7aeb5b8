"""Plain Splink, as its own pages show it: library comparisons, EM, connected components. The floor of ours."""

import logging

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = ("name", "sex", "birth_date", "id_number", "phone", "address")
RULES = (("id_number",), ("name", "birth_date"), ("phone", "birth_date"), ("name", "phone"), ("address", "birth_date"))


def plain_splink(rows, *, threshold=0.95):
    """row → cluster."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    table = {"row": [r["row"] for r in rows], **{c: [r.get(c) or None for r in rows] for c in COLUMNS}}
    with duckdb.connect(config={"threads": 2}) as con:
        con.register("people", pa.table(table))
        settings = SettingsCreator(
            link_type="dedupe_only", unique_id_column_name="row",
            comparisons=[cl.JaroWinklerAtThresholds("name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
                         cl.ExactMatch("sex"), cl.DateOfBirthComparison("birth_date", input_is_string=True),
                         cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]), cl.ExactMatch("phone"),
                         cl.JaroWinklerAtThresholds("address", [0.9, 0.7])],
            blocking_rules_to_generate_predictions=[block_on(*r) for r in RULES])
        linker = Linker(DuckDBAPI(con).register("people"), settings, log_level=None)
        training = linker.training
        training.estimate_probability_two_random_records_match([block_on("id_number"), block_on("name", "birth_date")], recall=0.8)
        training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
        training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth_date"))
        predicted = linker.inference.predict(threshold_match_probability=threshold)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=threshold)
        return dict(con.execute(f"SELECT row, cluster_id FROM {clusters.physical_name}").fetchall())
