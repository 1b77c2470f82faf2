"""What the journal's lines are known by outside: the identity by which the release knew the child, and no other."""

import json

import duckdb
import pytest

from orchestration.entries import extract

CHILDREN: dict[str, list[tuple[str, str, str | None, bool, int]]] = {
    "permanent": [("P|1", "A123456789012", None, False, 1)],
    "of_synergy": [("T|1", "A12345678901B", None, True, 1)],
    "of_another_school": [("U|1|s2", "A12345678902C", "8384002", True, 1)],
    "of_two_schools": [
        ("V|1|s2", "A12345678903D", "8384002", True, 1),
        ("V|1|s1", "A12345678903D", "8384001", True, 2),
    ],
    "of_both": [("W|1|s1", "A12345678904E", "8384001", True, 1), ("W|2", "A223456789012", None, False, 1)],
}


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    """The tables of a build that say who is behind a key; nobody has an earlier one."""
    connection = duckdb.connect()
    connection.execute(
        """
        create schema intermediate; create schema core;
        create table intermediate.int_response_events_logged (response_key varchar, response_id varchar);
        create table intermediate.int_huddle_events_logged (huddle_key varchar, huddle_id varchar);
        create table core.brg_earlier_child__child (earlier_child_durable_key varchar, child_durable_key varchar);
        create table intermediate.int_child_identity (identity_id varchar, child_durable_key varchar);
        create table intermediate.int_identities (
            identity_id varchar, upn varchar, school_id varchar, is_temporary boolean, rank_in_upn integer,
            birth_date date default date '2015-05-05'
        );
        """
    )
    for child, identities in CHILDREN.items():
        for identity in identities:
            connection.execute("insert into intermediate.int_child_identity values (?, ?)", [identity[0], child])
            connection.execute("insert into intermediate.int_identities values (?, ?, ?, ?, ?, default)", identity)
    return connection


@pytest.mark.parametrize(
    "child, upn, upn_school",
    [
        ("permanent", "A123456789012", None),
        ("of_synergy", "A12345678901B", "none"),
        ("of_another_school", "A12345678902C", "8384002"),
        ("of_two_schools", "A12345678903D", "8384001"),
        ("of_both", "A223456789012", None),
        ("nobody", None, None),
    ],
)
def test_an_entry_goes_out_by_the_identity_of_its_child(
    build: duckdb.DuckDBPyConnection, child: str, upn: str | None, upn_school: str | None
) -> None:
    line = {"event_id": "E1", "child_durable_key": child, "school_id": "8384001", "response_event_key": "k"}
    build.execute(extract.KNOWN, {"entries": json.dumps([line])})
    assert build.execute("select upn, upn_school from entry").fetchall() == [(upn, upn_school)]
