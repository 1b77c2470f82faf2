"""Faults in a whole authority's extract that only a comparison shows: a school gone, half the rows, letters slipped.

The extract is a file, read and checked by the contract as the pipeline does, and laid before the gate.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.contract.model import contract_named
from expectations.contract.row_checks import reasons, upn_check_letter
from expectations.gate import CheckResult, check_deliveries
from tests.support.gate_batch import accept, announce, build, register

SCHOOLS = [str(8384001 + number) for number in range(20)]
BEFORE, NOW = "2026-01-16", "2026-01-23"

PUPILS = f"""
    select
        'P' || n as pupil_id,
        {upn_check_letter("upn")} || substr(upn, 2) as upn,
        'Surname' || n as surname,
        'Forename' || n as forename,
        '01/03/2015' as birth_date
    from (select n, 'A8384001' || lpad(n::varchar, 5, '0') as upn from range(600) as pupils (n))
    order by n
"""
ENROLMENTS = """
    select
        'P' || n as pupil_id,
        (8384001 + n % 20)::varchar as school_id,
        'C' as enrol_status,
        '01/09/2024' as start_date
    from range(600) as pupils (n)
    order by n
"""


@pytest.fixture
def deliver(tmp_path: Path) -> Iterator[Callable[[str, str, str], dict[str, CheckResult]]]:
    """Deliver a file of a Synergy table, sound a week ago and now as the test spoils it. Returns results by rule."""
    contract = contract_named("synergy/v1")

    def lay(connection: duckdb.DuckDBPyConnection, table: str, query: str, delivery: str, extract_date: str) -> None:
        file = tmp_path / f"synergy_{table}_{extract_date}.csv"
        connection.execute(f"copy ({query}) to '{file}' (header)")
        announce(connection, delivery, extract_date)
        delivered = {name for name, *_ in connection.execute(f"describe from read_csv('{file}')").fetchall()}
        connection.execute(f"""
            insert into incoming.synergy__{table} by name
            select
                *,
                {reasons(contract.tables[f"synergy__{table}"], delivered)} as _reasons,
                '{delivery}' as _delivery_id,
                date '{extract_date}' as _extract_date,
                row_number() over () as _row_number
            from read_csv('{file}', all_varchar = true)
        """)

    with build() as connection:
        register(connection, *SCHOOLS)

        def deliver(table: str, sound: str, spoilt: str) -> dict[str, CheckResult]:
            lay(connection, table, sound, "before", BEFORE)
            assert [r for r in check_deliveries(connection, contract, "run 1") if r.outcome != "pass"] == []
            accept(connection)
            lay(connection, table, spoilt, "now", NOW)
            return {r.rule: r for r in check_deliveries(connection, contract, "run 2")}

        yield deliver


def broken(results: dict[str, CheckResult]) -> dict[str, str]:
    return {rule: result.outcome for rule, result in results.items() if result.outcome != "pass"}


def test_a_school_missing_from_an_authoritys_extract_stops_it_and_is_named(
    deliver: Callable[[str, str, str], dict[str, CheckResult]],
) -> None:
    results = deliver("enrolments", ENROLMENTS, f"from ({ENROLMENTS}) where school_id <> '8384007'")
    assert broken(results) == {"schools_covered": "fail", "every_school_covered": "warn", "schools_lost": "fail"}
    for rule in ("schools_covered", "schools_lost"):
        assert "8384007" in results[rule].detail
        assert "register" in results[rule].detail


def test_a_school_whose_children_have_all_left_is_missing_too(
    deliver: Callable[[str, str, str], dict[str, CheckResult]],
) -> None:
    left = "case when school_id = '8384007' then '31/12/2025' end as end_date"
    results = deliver("enrolments", ENROLMENTS, f"select *, {left} from ({ENROLMENTS})")
    assert broken(results)["schools_covered"] == "fail"


def test_half_of_an_extract_stops_it(deliver: Callable[[str, str, str], dict[str, CheckResult]]) -> None:
    results = deliver("pupils", PUPILS, f"from ({PUPILS}) limit 300")
    assert broken(results) == {"volume_low": "fail", "volume_dip": "warn", "rows_kept": "warn"}
    assert "300 rows after 600" in results["volume_low"].detail


def test_an_extract_twice_the_size_is_shown_and_let_through(
    deliver: Callable[[str, str, str], dict[str, CheckResult]],
) -> None:
    doubled = f"from ({PUPILS}) union all select * replace ('Q' || pupil_id as pupil_id) from ({PUPILS})"
    assert broken(deliver("pupils", PUPILS, doubled)) == {"volume_high": "warn"}


def test_upns_that_lost_their_first_character_stop_the_extract(
    deliver: Callable[[str, str, str], dict[str, CheckResult]],
) -> None:
    slipped = "case when hash(pupil_id) % 10 = 0 then 'A' || substr(upn, 2) else upn end as upn"
    results = deliver("pupils", PUPILS, f"select * replace ({slipped}) from ({PUPILS})")
    assert broken(results)["upn_check_letter_wrong"] == "fail"
    assert "upn:upn_check_letter_wrong" in results["rejected_row"].detail


def test_no_child_is_named_by_any_result(deliver: Callable[[str, str, str], dict[str, CheckResult]]) -> None:
    spoilt = f"select * replace ('A' || substr(upn, 2) as upn, 'never' as birth_date) from ({PUPILS})"
    told = repr(list(deliver("pupils", PUPILS, spoilt).values()))
    for value in ("Surname1", "Forename1", "8384001000", "never", "P17"):
        assert value not in told
