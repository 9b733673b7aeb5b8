"""The synthetic county: fixed by its seed, big enough, honest about what was planted, and nobody real."""

from datetime import date

import duckdb
import pytest

from xinglin.gather.demo.kinds import KINDS
from xinglin.gather.demo.load import clear_synthetic, refuse_real
from xinglin.gather.sources.synthetic import make
from xinglin.gather.sources.synthetic.chance import MACROS, key_of
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.kernel.identity import IdentityProblem, parse_resident_id, valid_credit_code
from xinglin.registry.places import county_places, places_folder
from xinglin.site.load import catalog

UNTIL = date(2026, 11, 20)
BAD_NUMBERS = ("id_wrong_check_digit", "id_cut_by_excel")


def county(folder, *, seed=1, people=2000):
    return make(folder, records=catalog().records, places=county_places("330182", places_folder()),
                until=UNTIL, people=people, seed=seed)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return county(tmp_path_factory.mktemp("county") / "one")


def ask(made, sql, *records):
    """Rows of a query over `r`: the Parquet deliveries of these Records."""
    files = [str(made.folder / d.file) for d in made.deliveries
             if d.record in records and d.file.endswith(".parquet")]
    with duckdb.connect() as con:
        con.sql("SELECT * FROM read_parquet($f, union_by_name = true)", params={"f": files}).create_view("r")
        return con.sql(sql).fetchall()


def truth(made):
    return duckdb.sql(f"SELECT kind, key FROM '{made.truth}'").fetchall()


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(made, tmp_path):
    assert county(tmp_path / "again").digest() == made.digest()
    assert county(tmp_path / "other", seed=2).digest() != made.digest()


def test_the_key_depends_on_everything_that_decides_the_county():
    keys = {key_of(2000, 5, 1, "330182", UNTIL), key_of(2001, 5, 1, "330182", UNTIL),
            key_of(2000, 4, 1, "330182", UNTIL), key_of(2000, 5, 2, "330182", UNTIL),
            key_of(2000, 5, 1, "330183", UNTIL), key_of(2000, 5, 1, "330182", date(2026, 11, 21))}
    assert len(keys) == 6


def test_draws_of_two_purposes_are_independent():
    with duckdb.connect() as con:
        con.execute("SET VARIABLE key = 12345")
        con.execute("SET VARIABLE people = 1")
        con.execute(MACROS)
        mean, across, along = con.execute(
            "SELECT avg(u(i, 1)), corr(u(i, 1), u(i, 2)), corr(u(i, 1), u(i + 1, 1)) FROM range(200000) t(i)").fetchone()
    assert abs(mean - 0.5) < 0.005
    assert abs(across) < 0.01
    assert abs(along) < 0.01


def test_a_hundred_rows_a_person_from_every_sender(made):
    assert made.rows >= 100 * 2000
    assert {d.source for d in made.deliveries} >= {
        "register", "primary_care", "county_hospital", "tcm_hospital", "mch", "cdc", "town_system"}
    assert {d.file.rpartition(".")[2] for d in made.deliveries} == {"parquet", "csv", "xlsx", "ndjson"}


def test_every_managed_patient_has_three_follow_ups_or_more(made):
    managed = ask(made, "SELECT count(DISTINCT patient_id) FROM r WHERE change = '纳入' AND programme = 'htn'", "case_change")[0][0]
    visited, fewest = ask(made, "SELECT count(*), min(n) FROM (SELECT patient_id, count(*) AS n FROM r "
                          "GROUP BY patient_id)", "htn_visit")[0]
    assert managed == made.managed == visited
    assert managed >= 2000 * 4000 // 50_000
    assert fewest >= 3


def test_diabetics_are_enrolled_and_mostly_measured_fasting(made):
    enrolled = ask(made, "SELECT count(DISTINCT patient_id) FROM r WHERE programme = 'dm' AND change = '纳入'", "case_change")[0][0]
    visited, fasting, bad, low = ask(made, "SELECT count(DISTINCT patient_id), avg((fbg IS NOT NULL)::INT), "
                                     "avg((fbg >= 7)::INT), min(coalesce(fbg, glucose)) FROM r", "dm_visit")[0]
    assert visited == enrolled >= 2000 * 1000 // 50_000
    assert 0.8 < fasting < 1 and 0.2 < bad < 0.6 and low > 3
    assert ask(made, "SELECT count(*) FROM r WHERE glucose IS NOT NULL AND glucose_kind IS NULL", "dm_visit") == [(0,)]


def test_pressures_are_those_of_people(made):
    low, high, share = ask(made, "SELECT min(sbp), max(sbp), avg((sbp >= 140)::INT) FROM r", "htn_visit")[0]
    assert 85 <= low < high <= 230
    assert 0.3 < share < 0.75


def test_winter_is_busier_than_summer(made):
    winter, summer = ask(made, "SELECT count(*) FILTER (month(day) IN (12, 1, 2)), "
                         "count(*) FILTER (month(day) IN (6, 7, 8)) FROM r", "encounter")[0]
    assert winter > 1.1 * summer


def test_every_kind_is_planted_and_every_planted_kind_is_known(made):
    assert {kind for kind, _ in truth(made)} == {k.code for k in KINDS}
    assert len([k for k in KINDS if not k.honest]) >= 20


def test_truth_names_rows_that_were_sent(made):
    rows = ask(made, "SELECT record_id FROM r", *{d.record for d in made.deliveries})
    sent = {r for (r,) in rows}
    of_histories = [key for kind, key in truth(made) if kind in (
        "doctor_left", "closed_clinic", "visits_after_death", "spouse_card", "dead_man_alive", "two_people_one_number",
        "upstream_deletion", "keys_changed", "serial_restarts", "mother_number_on_child", "merged_villages")]
    assert of_histories
    assert [k for k in of_histories if k.split("/")[2] not in sent] == []


def test_numbers_are_right_except_where_planted(made):
    bad = {key.rpartition("/")[2] for kind, key in truth(made) if kind in BAD_NUMBERS}
    rows = ask(made, "SELECT record_id, id_number, birth_date, sex FROM r", "person")
    wrong = {record_id for record_id, number, _, _ in rows if _problem(number)}
    assert wrong == bad & {r[0] for r in rows}


def _problem(number):
    try:
        parse_resident_id(number)
    except IdentityProblem as problem:
        return problem.reason
    return None


def test_nobody_has_the_number_of_another_except_where_planted(made):
    shared = ask(made, "SELECT count(*) FROM (SELECT id_number FROM r WHERE record_id NOT LIKE '%B' "
                 "GROUP BY 1 HAVING count(*) > 1)", "person")[0][0]
    planted = [k for kind, k in truth(made) if kind == "two_people_one_number"]
    assert shared == len(planted) // 2 > 0


def test_phones_are_of_a_range_that_is_given_to_nobody(made):
    assert ask(made, "SELECT count(*) FROM r WHERE NOT regexp_full_match(phone, '154[0-9]{8}')", "person") == [(0,)]


def test_places_come_from_the_real_list_and_codes_of_organisations_are_valid(made):
    real = {p.code: p.name for p in county_places("330182", places_folder())}
    assert all(real[v.code] == v.name for v in made.world.villages)
    old = {s.old.code for s in made.world.successions}
    used = {p for (p,) in ask(made, "SELECT DISTINCT place FROM r", "person")}
    assert used <= {v.code for v in made.world.villages} | old
    assert all(valid_credit_code(o.code) for o in made.world.organisations)
    assert len({o.code for o in made.world.organisations}) == len(made.world.organisations)


def test_too_few_people_and_a_full_folder_are_refused(made, tmp_path):
    with pytest.raises(XinglinError, match="1000 人"):
        county(tmp_path / "few", people=10)
    with pytest.raises(XinglinError, match="不是空的"):
        county(made.folder)


@pytest.mark.parametrize("kind", ["real", "", "Synthetic"])
def test_a_county_not_marked_synthetic_is_never_touched(tmp_path, kind):
    home = Home(tmp_path).ensure()
    home.county_file.write_text(f'code = "330182"\nkind = "{kind}"\n', encoding="utf-8")
    kept = home.lake / "data" / "row.parquet"
    kept.write_bytes(b"a row")
    for touch in (refuse_real, clear_synthetic):
        with pytest.raises(XinglinError, match="真实的县"):
            touch(home)
    assert kept.read_bytes() == b"a row"


def test_clearing_leaves_an_unmarked_home_alone_and_empties_a_synthetic_one(tmp_path):
    home = Home(tmp_path).ensure()
    row = home.lake / "data" / "row.parquet"
    row.write_bytes(b"a row")
    clear_synthetic(home)
    assert row.exists()
    home.county_file.write_text('code = "330182"\nkind = "synthetic"\n', encoding="utf-8")
    clear_synthetic(home)
    assert not row.exists()
    assert not home.county_file.exists()
