"""The content of a release: the same whenever it was made, another when any value is another."""

from pathlib import Path

import duckdb
import pytest

from orchestration.releases import content

TABLES = """
    create schema core;
    create schema mart;
    create table core.dim_release as select sha256('{at}') as release_key, timestamp '{at}' as said_at;
    create table core.dim_delivery as
        select 'd' as delivery_key, 'accepted' as status, timestamp '{at}' as received_at;
    create table core.fct_flag_as_said as
        select sha256('{at}') as flag_as_said_key, 'c' as child_durable_key, 0.1::decimal(9, 4) as value,
            timestamp '{at}' as said_from_at, timestamp '9999-12-31' as said_to_at;
    create table mart.mart_restatement as
        select sha256('{at}') as restatement_key, 'changed' as change, timestamp '{at}' as restated_at,
            null::varchar as reason_code, date '2026-06-26' as restated_date;
    create table mart.mart_booking as select 1 as booking_id, timestamp '2026-06-26 10:00:00' as booked_at;
"""


def _made(file: Path, at: str, change: str = "") -> dict[str, str]:
    with duckdb.connect(str(file)) as connection:
        connection.execute(TABLES.format(at=at))
        connection.execute(change)
    return content.of(file)


def test_two_files_that_say_the_same_have_the_same_content_whenever_they_were_made(tmp_path: Path) -> None:
    early = _made(tmp_path / "early.duckdb", "2026-06-26 02:00:00.000001")
    late = _made(tmp_path / "late.duckdb", "2026-06-26 23:14:15.9")
    assert content.differences(early, late) == []
    assert content.digest(early) == content.digest(late)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("core.dim_delivery", "status = 'rejected'"),
        ("core.dim_delivery", "delivery_key = 'e'"),
        ("core.fct_flag_as_said", "child_durable_key = 'd'"),
        ("core.fct_flag_as_said", "value = 0.1001"),
        ("core.fct_flag_as_said", "said_from_at = said_from_at - interval 1 day"),
        ("core.fct_flag_as_said", "said_to_at = timestamp '2026-06-27'"),
        ("mart.mart_restatement", "reason_code = 'x'"),
        ("mart.mart_restatement", "restated_date = date '2026-06-27'"),
        ("mart.mart_booking", "booked_at = booked_at + interval 1 second"),
    ],
)
def test_one_other_value_is_other_content(tmp_path: Path, table: str, change: str) -> None:
    at = "2026-06-26 02:00:00"
    one = _made(tmp_path / "one.duckdb", at)
    other = _made(tmp_path / "other.duckdb", at, f"update {table} set {change}")
    assert content.differences(one, other) == [table]
    assert content.digest(one) != content.digest(other)


def test_a_row_more_or_a_row_twice_is_other_content(tmp_path: Path) -> None:
    at = "2026-06-26 02:00:00"
    one = _made(tmp_path / "one.duckdb", at)
    twice = _made(tmp_path / "twice.duckdb", at, "insert into mart.mart_booking from mart.mart_booking")
    assert content.differences(one, twice) == ["mart.mart_booking"]
