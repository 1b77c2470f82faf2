"""The cases that identity gets wrong elsewhere, from real files through loader, dbt and Splink."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from orchestration.build import database
from orchestration.settings import Settings
from tests.support import dirty_cases as cases
from tests.support.warehouse import KEY

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def rows(cases_home: Path) -> Rows:
    """The build of the dirty cases, to be queried."""

    def query(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with database.connect(Settings(home=cases_home), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    return query


def children(rows: Rows, *upns: str) -> int:
    """How many children stand behind some UPNs."""
    ((count,),) = rows(
        "select count(distinct child_durable_key) from intermediate.int_child_identity where list_contains(?, upn)",
        list(upns),
    )
    return count


def child_of(rows: Rows, upn: str) -> str:
    ((key,),) = rows("select distinct child_durable_key from intermediate.int_child_identity where upn = ?", upn)
    return key


def linked(rows: Rows, person: str) -> tuple[Any, ...]:
    """(child, status, method) of a member of Family Matters."""
    (found,) = rows(
        "select child_durable_key, link_status, link_method from intermediate.int_people_linked where person_id = ?",
        person,
    )
    return found


def test_one_upn_at_two_schools_is_two_children_if_they_differ_and_one_if_not(rows: Rows) -> None:
    assert children(rows, cases.SHARED) == 2
    assert children(rows, cases.TWICE) == 1
    assert rows(
        "select review_reason from intermediate.int_identity_links where starts_with(identity_id, ?)", cases.SHARED
    ) == [("upn_of_two_children",)]


def test_two_upns_of_one_child_are_one_child_whether_said_or_seen(rows: Rows) -> None:
    assert children(rows, cases.OLD, cases.NEW) == 1
    assert children(rows, cases.UNSAID, cases.UNSAID_NEW) == 1


def test_the_earlier_key_of_a_merged_upn_finds_the_child(rows: Rows) -> None:
    own_key = sha256(f"{KEY}{sha256(f'{KEY}{cases.NEW}'.encode()).hexdigest()}".encode()).hexdigest()[:32]
    assert own_key != child_of(rows, cases.NEW)
    assert rows(
        """
        select event, link_method, child_durable_key from intermediate.int_child_identity_event
        where earlier_child_durable_key = ?
        """,
        own_key,
    ) == [("merged", "former_upn", child_of(rows, cases.NEW))]


def test_a_temporary_upn_leads_to_the_permanent_one_inside_its_school_alone(rows: Rows) -> None:
    assert children(rows, cases.TEMPORARY) == 2
    assert children(rows, cases.TEMPORARY, cases.PERMANENT) == 2
    ((at_b,),) = rows(
        "select child_durable_key from intermediate.int_child_identity where upn = ? and contains(identity_id, ?)",
        cases.TEMPORARY,
        cases.SCHOOL_B,
    )
    assert at_b != child_of(rows, cases.PERMANENT)


def test_a_chain_of_three_former_upns_is_one_child(rows: Rows) -> None:
    assert children(rows, *cases.CHAIN) == 1


def test_twins_and_namesakes_and_the_adopted_child(rows: Rows) -> None:
    assert children(rows, cases.TWIN_1, cases.TWIN_2) == 2
    assert children(rows, cases.HERE, cases.THERE) == 2
    assert children(rows, cases.ADOPTED) == 1


def test_a_former_upn_that_is_another_childs_waits_for_a_reviewer(rows: Rows) -> None:
    assert children(rows, cases.WRONG, cases.WRONG_FORMER) == 2
    assert rows(
        """
        select link_status, review_reason from intermediate.int_identity_links
        where starts_with(identity_id, $1) or starts_with(other_identity_id, $1)
        """,
        cases.WRONG,
    ) == [("review", "birth_dates_differ")]


def test_a_pupil_without_upn_is_a_child(rows: Rows) -> None:
    assert rows(
        "select count(*) from intermediate.int_child_identity where upn is null and identity_id like 'synergy|%'"
    ) == [(1,)]


def test_twins_are_linked_each_to_its_own_child(rows: Rows) -> None:
    assert linked(rows, "H1/1")[:2] == (child_of(rows, cases.TWIN_1), "linked")
    assert linked(rows, "H1/2")[:2] == (child_of(rows, cases.TWIN_2), "linked")


def test_a_namesake_is_told_apart_by_the_address_and_without_one_by_a_reviewer(rows: Rows) -> None:
    assert linked(rows, "H2/1")[:2] == (child_of(rows, cases.THERE), "linked")
    assert linked(rows, "H5/1")[:2] == (None, "review")
    found = rows("select child_durable_key from intermediate.int_person_link_candidates where person_id = 'H5/1'")
    assert {key for (key,) in found} == {child_of(rows, cases.HERE), child_of(rows, cases.THERE)}


def test_an_adopted_child_is_found_under_the_old_name_and_the_new(rows: Rows) -> None:
    adopted = child_of(rows, cases.ADOPTED)
    assert linked(rows, "H3/1")[:2] == (adopted, "linked")
    assert linked(rows, "H4/1")[:2] == (adopted, "linked")
