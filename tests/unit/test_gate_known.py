"""A column that slipped, changed places, or lost its values is told of: every value by itself looks right."""

import duckdb
import pytest

from expectations import gate
from tests.support import gate_batch
from tests.support.gate_batch import announce, insert

pytestmark = pytest.mark.slow

BORN = "date '2012-01-01' + n::int"
NEED = "case n % 3 when 0 then 'SLCN' when 1 then 'SEMH' else 'SPLD' end"


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    return gate_batch.build()


def outcomes(build: duckdb.DuckDBPyConnection, source: str, rule: str) -> list[tuple[str, str, str]]:
    found = gate.check_deliveries(build, gate_batch.contract(source), "run")
    return [(check.delivery_id, check.outcome, check.detail) for check in found if check.rule == rule]


def outcome(build: duckdb.DuckDBPyConnection, source: str, rule: str) -> str:
    ((_, said, _),) = outcomes(build, source, rule)
    return said


def known(build: duckdb.DuckDBPyConnection, born: str = BORN) -> None:
    """Synergy knows a hundred children, each born on a day of their own."""
    announce(build, "synergy", "2026-06-18")
    insert(build, "synergy__pupils", "synergy", 100, "2026-06-18", upn="'U' || n", birth_date=born)
    gate_batch.accept(build)


def results(build: duckdb.DuckDBPyConnection, upn: str = "'U' || n", born: str = BORN) -> None:
    announce(build, "results")
    year = "'2025/26'"
    insert(build, "attainment__phonics", "results", 100, upn=upn, birth_date=born, academic_year=year, mark="'33'")


@pytest.mark.parametrize(
    ("differing", "slipped", "doubtful"),
    [(0, "pass", "pass"), (2, "pass", "pass"), (3, "pass", "warn"), (20, "pass", "warn"), (21, "fail", "warn")],
)
def test_results_with_other_birth_dates_than_on_record_warn_and_stop(
    build: duckdb.DuckDBPyConnection, differing: int, slipped: str, doubtful: str
) -> None:
    known(build)
    results(build, born=f"{BORN} + (n <= {differing})::int")
    assert outcome(build, "attainment", "birth_dates_disagree") == slipped
    assert outcome(build, "attainment", "birth_dates_doubtful") == doubtful


@pytest.mark.parametrize(
    "slipped", [{"upn": "'U' || (1 + n % 100)"}, {"born": "date '2012-01-01' + (1 + n % 100)::int"}]
)
def test_a_column_that_slipped_by_a_row_is_stopped(build: duckdb.DuckDBPyConnection, slipped: dict[str, str]) -> None:
    known(build)
    results(build, **slipped)
    ((_, said, detail),) = outcomes(build, "attainment", "birth_dates_disagree")
    assert said == "fail"
    assert detail.startswith("100 of 100 rows bear another birth date than the UPN has on record")


def test_one_of_several_birth_dates_on_record_is_enough(build: duckdb.DuckDBPyConnection) -> None:
    known(build, born=f"{BORN} + 1")
    gate_batch.pupils(build, "census", upn="'U' || n", birth_date=BORN)
    gate_batch.accept(build)
    results(build)
    assert outcome(build, "attainment", "birth_dates_doubtful") == "pass"


def test_children_whom_nobody_knows_are_not_judged(build: duckdb.DuckDBPyConnection) -> None:
    results(build)
    assert outcome(build, "attainment", "birth_dates_disagree") == "pass"


def test_synergy_and_the_census_are_held_against_each_other_and_not_against_themselves(
    build: duckdb.DuckDBPyConnection,
) -> None:
    known(build, born=f"{BORN} + 1")
    announce(build, "corrected", "2026-06-25")
    insert(build, "synergy__pupils", "corrected", 100, "2026-06-25", upn="'U' || n", birth_date=BORN)
    assert outcome(build, "synergy", "birth_dates_disagree") == "pass"
    gate_batch.accept(build)
    gate_batch.pupils(build, "census", upn="'U' || n", birth_date=f"{BORN} + 2")
    assert outcome(build, "school_census", "birth_dates_disagree") == "fail"


@pytest.mark.parametrize(
    ("sex", "expected"),
    [
        ("if(n % 2 = 0, 'F', 'M')", "pass"),
        ("if(n % 2 = 0, 'Female', 'MALE')", "pass"),
        ("if(n % 2 = 0, 'M', 'F')", "warn"),
    ],
)
def test_sexes_that_are_exchanged_are_told_of(build: duckdb.DuckDBPyConnection, sex: str, expected: str) -> None:
    announce(build, "synergy", "2026-06-18")
    insert(build, "synergy__pupils", "synergy", 100, "2026-06-18", upn="'U' || n", sex="if(n % 2 = 0, 'F', 'M')")
    gate_batch.accept(build)
    gate_batch.pupils(build, "census", upn="'U' || n", sex=sex)
    assert outcome(build, "school_census", "sexes_disagree") == expected


def results_of(build: duckdb.DuckDBPyConnection, day: str, forename: str, rows: int = 100) -> None:
    announce(build, day, day)
    insert(build, "attainment__phonics", day, rows, day, upn=f"'U{day}' || n", mark="'33'", forename=forename)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("'Perrin'", "null", "warn"),
        ("'Perrin'", "case when n <= 33 then 'Perrin' end", "warn"),
        ("'Perrin'", "case when n <= 34 then 'Perrin' end", "pass"),
        ("case when n < 10 then 'Perrin' end", "null", "pass"),
        ("null", "'Perrin'", "pass"),
    ],
)
def test_a_column_that_is_empty_beside_the_year_before_is_told_of(
    build: duckdb.DuckDBPyConnection, before: str, now: str, expected: str
) -> None:
    results_of(build, "2025-06-30", before)
    gate_batch.accept(build)
    results_of(build, "2026-06-30", now)
    assert outcome(build, "attainment", "columns_emptied") == expected


def test_the_columns_that_lost_their_values_are_named_with_their_rows(build: duckdb.DuckDBPyConnection) -> None:
    results_of(build, "2025-06-30", "'Perrin'")
    gate_batch.accept(build)
    results_of(build, "2026-06-30", "null", rows=90)
    ((_, _, detail),) = outcomes(build, "attainment", "columns_emptied")
    assert detail.startswith("columns hold hardly a value: forename in 0 of 90 rows, after 100 of 100. ")


def test_a_first_delivery_may_lack_what_it_likes(build: duckdb.DuckDBPyConnection) -> None:
    results_of(build, "2026-06-30", "null")
    ((_, said, detail),) = outcomes(build, "attainment", "columns_emptied")
    assert (said, detail) == ("pass", "no delivery before")


def test_what_only_the_autumn_census_asks_for_is_not_missed_in_spring(build: duckdb.DuckDBPyConnection) -> None:
    gate_batch.pupils(build, "autumn", extract_date="2025-10-02", summer_half_term_2_sessions_possible="'70'")
    gate_batch.accept(build)
    gate_batch.pupils(build, "spring")
    assert outcome(build, "school_census", "columns_emptied") == "pass"


def spells(build: duckdb.DuckDBPyConnection, day: str, **columns: str) -> None:
    """A hundred pupils' SEN provision, each of another day."""
    announce(build, day, day)
    said = {
        "pupil_id": "n",
        "sen_provision": "'K'",
        "start_date": f"strftime({BORN}, '%d/%m/%Y')",
        "primary_need": NEED,
    }
    insert(build, "synergy__sen", day, 100, day, **(said | columns))


def beside_yesterday(build: duckdb.DuckDBPyConnection, rule: str, **columns: str) -> tuple[str, str]:
    spells(build, "2026-06-24")
    gate_batch.accept(build)
    spells(build, "2026-06-25", **columns)
    ((_, said, detail),) = outcomes(build, "synergy", rule)
    return said, detail


@pytest.mark.parametrize(
    "change",
    [
        {"primary_need": "case n % 3 when 2 then 'SLCN' when 0 then 'SEMH' else 'SPLD' end"},
        {"primary_need": "'SLCN'"},
        {"primary_need": "null"},
        {"primary_need": f"case {NEED} when 'SLCN' then 'SEMH' when 'SEMH' then 'SLCN' else 'SPLD' end"},
    ],
    ids=["slipped by a row", "filled down", "emptied", "two codes exchanged"],
)
def test_a_column_that_says_something_else_of_most_rows_is_told_of(
    build: duckdb.DuckDBPyConnection, change: dict[str, str]
) -> None:
    said, detail = beside_yesterday(build, "columns_rewritten", **change)
    assert said == "warn"
    assert detail.startswith("columns say something else than in the delivery before: primary_need in ")


@pytest.mark.parametrize(
    "change",
    [
        {"start_date": f"strftime({BORN} - 1, '%d/%m/%Y')", "pupil_id": "n + 1000"},
        {"start_date": f"strftime({BORN} - 1462, '%d/%m/%Y')"},
        {"pupil_id": "lpad(n::varchar, 6, '0')"},
    ],
    ids=["other pupils", "another calendar", "other identifiers"],
)
def test_an_extract_that_keeps_few_rows_of_the_one_before_is_told_of(
    build: duckdb.DuckDBPyConnection, change: dict[str, str]
) -> None:
    assert beside_yesterday(build, "rows_kept", **change) == (
        "warn",
        "0 of 100 rows of the delivery before are in this one, by their key. Look whether identifiers and dates are "
        "written as before; a full extract keeps nearly all of its rows.",
    )


@pytest.mark.parametrize("rule", ["rows_kept", "columns_rewritten"])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"pupil_id": "n + 30", "start_date": f"strftime({BORN} + 30, '%d/%m/%Y')"},
        {"primary_need": f"if(n <= 50, 'HI', {NEED})"},
        {"primary_need": f"if({NEED} = 'SLCN', 'HI', {NEED})"},
    ],
    ids=["nothing", "thirty other pupils", "half of the needs", "a need by another name"],
)
def test_the_changes_of_a_night_are_not_told_of(
    build: duckdb.DuckDBPyConnection, rule: str, change: dict[str, str]
) -> None:
    assert beside_yesterday(build, rule, **change)[0] == "pass"


@pytest.mark.parametrize(("ahead", "expected"), [(2, "pass"), (3, "warn")])
def test_provision_that_begins_after_the_extract_is_told_of(
    build: duckdb.DuckDBPyConnection, ahead: int, expected: str
) -> None:
    spells(build, "2026-06-25", start_date=f"if(n <= {ahead}, '09/12/2026', '12/09/2025')")
    assert outcome(build, "synergy", "spells_ahead") == expected


@pytest.mark.parametrize(
    ("shared", "status", "expected"),
    [(10, "'C'", "pass"), (11, "'C'", "warn"), (11, "'S'", "pass"), (11, "null", "warn")],
)
@pytest.mark.parametrize("is_in_force", [True, False])
def test_pupils_whom_two_schools_return_as_their_own_are_told_of(
    build: duckdb.DuckDBPyConnection, shared: int, status: str, expected: str, is_in_force: bool
) -> None:
    gate_batch.pupils(build, "one", scope="8384001", upn="'U' || n", enrol_status="'C'")
    if is_in_force:
        gate_batch.accept(build)
    upn = f"if(n <= {shared}, 'U' || n, 'V' || n)"
    gate_batch.pupils(build, "other", scope="8384002", school_id="'8384002'", upn=upn, enrol_status=status)
    found = {delivery: said for delivery, said, _ in outcomes(build, "school_census", "pupils_on_two_rolls")}
    assert found["other"] == expected
    assert found.get("one", expected) == expected


def test_a_school_without_results_that_had_some_the_year_before_is_told_of(build: duckdb.DuckDBPyConnection) -> None:
    for year, schools in (("2025-06-30", 3), ("2026-06-30", 2)):
        announce(build, year, year)
        school = f"'838400' || (1 + n % {schools})"
        insert(build, "attainment__phonics", year, 90, year, upn=f"'U{year}' || n", mark="'33'", school_id=school)
        found = outcomes(build, "attainment", "schools_lost")
        gate_batch.accept(build)
    ((_, said, detail),) = found
    assert (said, detail.partition(". ")[0]) == ("warn", "1 of 3 schools of the delivery before missing: 8384003")


@pytest.mark.parametrize(
    ("day", "expected"), [("1", "pass"), ("if(n <= 1, 2, 1)", "pass"), ("if(n <= 2, 2, 1)", "fail")]
)
def test_months_that_are_written_by_another_day_stop_the_totals(
    build: duckdb.DuckDBPyConnection, day: str, expected: str
) -> None:
    announce(build, "totals")
    month = f"strftime(make_date(2000 + n::int, 3, {day}), '%d/%m/%Y')"
    insert(build, "front_door__totals", "totals", 20, event_kind="'contact'", month=month, event_count="'5'")
    assert outcome(build, "front_door", "month_not_on_its_first_day") == expected


@pytest.mark.parametrize(("schools", "expected"), [(16, "pass"), (15, "warn")])
def test_a_register_that_lost_a_school_is_told_of(
    build: duckdb.DuckDBPyConnection, schools: int, expected: str
) -> None:
    for day, count in (("2026-06-18", 16), ("2026-06-25", schools)):
        announce(build, day, day)
        insert(build, "school_register__establishments", day, count, day, urn="900000 + n", school_id="8384000 + n")
        found = outcome(build, "school_register", "rows_gone")
        gate_batch.accept(build)
    assert found == expected


PROVISION = "case when {0} % 5 = 0 then 'K' when {0} % 20 = 1 then 'E' else 'N' end"


def returned(build: duckdb.DuckDBPyConnection, term: str, day: str, rows: int = 100, **columns: str) -> None:
    """A school's return: twenty pupils have SEN support, five a plan, two are young carers, all are of year 6."""
    said = {"sen_provision": PROVISION.format("n"), "nc_year": "'6'", "young_carer": "if(n <= 2, 'P', null)"}
    gate_batch.pupils(build, term, rows, extract_date=day, scope="8384001", **(said | columns))


def beside_spring(build: duckdb.DuckDBPyConnection, rule: str, day: str = "2026-05-21", **columns: str) -> str:
    """The outcome of a rule for a return of another day, or for the correction of the one before."""
    returned(build, "spring", gate_batch.SPRING)
    gate_batch.accept(build)
    rows = int(columns.pop("rows", "100"))
    returned(build, "after", day, rows, **columns)
    return outcome(build, "school_census", rule)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"pupil_return_id": "n + 500"}, "pass"),
        ({"sen_provision": PROVISION.format("(n + 1)")}, "warn"),
        ({"sen_provision": "case when n % 5 = 0 then 'E' when n % 20 = 1 then 'K' else 'N' end"}, "warn"),
        ({"sen_provision": "'N'"}, "warn"),
        ({"sen_provision": f"if(n > 50, {PROVISION.format('n')}, 'N')"}, "pass"),
        ({"sen_provision": f"replace({PROVISION.format('n')}, 'K', 'E')"}, "pass"),
        ({"nc_year": "'7'"}, "pass"),
        ({"nc_year": "'5'"}, "warn"),
        ({"sessions_possible": "'128'"}, "pass"),
        ({"young_carer": "null"}, "pass"),
    ],
    ids=[
        "as it was", "pupils numbered anew", "slipped by a row", "exchanged", "filled down", "half of support ended",
        "all plans now", "a year on", "a year back", "another term's sessions", "two carers no more",
    ],
)  # fmt: skip
def test_a_return_that_says_something_else_of_its_pupils_than_the_term_before_is_told_of(
    build: duckdb.DuckDBPyConnection, change: dict[str, str], expected: str
) -> None:
    assert beside_spring(build, "columns_rewritten", **change) == expected


def test_three_values_that_are_all_gone_are_told_of(build: duckdb.DuckDBPyConnection) -> None:
    carers = "if(n <= 3, 'P', null)"
    returned(build, "spring", gate_batch.SPRING, young_carer=carers)
    gate_batch.accept(build)
    returned(build, "summer", "2026-05-21", young_carer="null")
    ((_, said, detail),) = outcomes(build, "school_census", "columns_rewritten")
    assert said == "warn"
    assert "young_carer in 3 of 3 rows" in detail


@pytest.mark.parametrize(
    ("day", "rows", "expected"),
    [(gate_batch.SPRING, 100, "pass"), (gate_batch.SPRING, 99, "warn"), ("2026-05-21", 99, "pass")],
)
def test_a_correction_that_takes_pupils_away_is_told_of_and_another_term_may(
    build: duckdb.DuckDBPyConnection, day: str, rows: int, expected: str
) -> None:
    assert beside_spring(build, "rows_withdrawn", day, rows=str(rows)) == expected


def test_a_correction_that_takes_leavers_away_is_told_of(build: duckdb.DuckDBPyConnection) -> None:
    assert beside_spring(build, "rows_withdrawn", gate_batch.SPRING, rows="99", roll="'off'") == "warn"


@pytest.mark.parametrize(("filled", "expected"), [(11, "warn"), (10, "pass")])
def test_one_value_in_all_that_was_empty_is_told_of(
    build: duckdb.DuckDBPyConnection, filled: int, expected: str
) -> None:
    for day, end in (("2026-06-24", f"if(n <= {filled}, null, '22/07/2025')"), ("2026-06-25", "'22/07/2025'")):
        spells(build, day, end_date=end)
        found = outcome(build, "synergy", "columns_rewritten")
        gate_batch.accept(build)
    assert found == expected


@pytest.mark.parametrize(("backwards", "expected"), [(2, "pass"), (3, "warn")])
def test_spells_that_end_before_they_begin_are_told_of(
    build: duckdb.DuckDBPyConnection, backwards: int, expected: str
) -> None:
    spells(build, "2026-06-25", start_date="'07/05/2025'", end_date=f"if(n <= {backwards}, '05/07/2024', '06/05/2026')")
    assert outcome(build, "synergy", "spells_backwards") == expected
