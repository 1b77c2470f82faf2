"""Each rule of the lists of users and of their use, without a case and with one; and that no staff number is said."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations.contract.match import values_in_name
from expectations.contract.model import contract_named
from expectations.gate import CheckResult, check_deliveries
from tests.support.gate_batch import accept, announce, build, insert

pytestmark = pytest.mark.slow

DAY = "2026-06-26"
LISTS = {
    "users": {"user_id": "'E' || n", "role_code": "'school'", "access_from_date": "'01/09/2025'"},
    "scopes": {"user_id": "'E' || n", "scope_level": "'school'", "school_id": "'838/4001'"},
    "clearances": {"user_id": "'E' || n", "clearance_code": "'agreement'", "given_date": "'01/09/2025'"},
    "sign_ins": {"user_id": "'E' || n", "issuer": "'https://sign-in.example'", "subject": "'account ' || n"},
    "use": {"user_id": "'E' || n", "use_month": "'2026-06-01'", "days_used": "'3'"},
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        connection.execute("insert into raw.synergy__schools (school_id, zone_code) values ('838/4001', 'Z1')")
        yield connection


def deliver(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: int = 20,
    delivery: str | None = None,
    day: str = DAY,
    **columns: str,
) -> None:
    """A list without anything wrong unless the test says so."""
    delivery = delivery or table
    announce(connection, delivery, day)
    insert(connection, f"tool_users__{table}", delivery, rows, day, **{**LISTS[table], **columns})


def judge(connection: duckdb.DuckDBPyConnection, contract: str = "access_v1") -> dict[tuple[str, str], CheckResult]:
    results = check_deliveries(connection, contract_named(f"tool_users/{contract}"), "run 1")
    assert not [result for result in results if "E1" in result.detail], "a staff number was said"
    return {(result.delivery_id, result.rule): result for result in results}


def registered(connection: duckdb.DuckDBPyConnection, **columns: str) -> None:
    """A list of users that was taken in before."""
    deliver(connection, "users", 20, "registered", **columns)
    accept(connection)


def test_lists_that_agree_pass_every_rule(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("users", "scopes", "clearances"):
        deliver(connection, table)
    assert {result.outcome for result in judge(connection).values()} == {"pass"}
    accept(connection)
    deliver(connection, "use")
    assert {result.outcome for result in judge(connection, "use_v1").values()} == {"pass"}


def test_without_the_other_lists_there_is_nothing_to_compare_with(connection: duckdb.DuckDBPyConnection) -> None:
    deliver(connection, "scopes")
    connection.execute("truncate raw.synergy__schools")
    found = judge(connection)
    assert found["scopes", "users_not_registered"].detail == "no list of users yet"
    assert found["scopes", "scopes_unknown"].detail == "no map yet"
    assert {result.outcome for result in found.values()} == {"pass"}


@pytest.mark.parametrize(
    ("role", "expected"), [("'zone'", "pass"), ("'governor'", "warn"), ("''", "warn"), ("null", "warn")]
)
def test_one_user_with_a_role_that_nobody_knows_warns(
    connection: duckdb.DuckDBPyConnection, role: str, expected: str
) -> None:
    deliver(connection, "users", role_code=f"case when n <= 1 then {role} else 'school' end")
    assert judge(connection)["users", "user_roles_unknown"].outcome == expected


@pytest.mark.parametrize(
    ("role", "scopes", "expected"), [("school", 20, "pass"), ("school", 19, "warn"), ("ict", 1, "pass")]
)
def test_one_user_without_a_scope_warns_unless_the_role_sees_nobody(
    connection: duckdb.DuckDBPyConnection, role: str, scopes: int, expected: str
) -> None:
    deliver(connection, "users", role_code=f"'{role}'")
    deliver(connection, "scopes", rows=scopes)
    assert judge(connection)["users", "users_without_scope"].outcome == expected


@pytest.mark.parametrize(("kept", "expected"), [(20, "pass"), (19, "warn")])
def test_who_has_left_stays_on_the_list(connection: duckdb.DuckDBPyConnection, kept: int, expected: str) -> None:
    registered(connection)
    deliver(connection, "users", rows=kept, day="2026-07-01")
    assert judge(connection)["users", "users_lost"].outcome == expected


@pytest.mark.parametrize(
    ("table", "contract"),
    [("scopes", "access_v1"), ("clearances", "access_v1"), ("sign_ins", "sign_ins_v1"), ("use", "use_v1")],
)
@pytest.mark.parametrize(("strangers", "expected"), [(0, "pass"), (1, "warn")])
def test_rows_about_somebody_on_no_list_warn(
    connection: duckdb.DuckDBPyConnection, table: str, contract: str, strangers: int, expected: str
) -> None:
    registered(connection)
    deliver(connection, table, user_id=f"case when n <= {strangers} then 'X' else 'E' end || n")
    assert judge(connection, contract)[table, "users_not_registered"].outcome == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (("school", "8384001", ""), "pass"),
        (("school", "838/4002", ""), "warn"),
        (("school", "", ""), "warn"),
        (("zone", "", "Z1"), "pass"),
        (("zone", "", "Z9"), "warn"),
        (("zone", "8384001", ""), "warn"),
        (("county", "", ""), "pass"),
    ],
)
def test_a_scope_that_the_map_does_not_know_warns(
    connection: duckdb.DuckDBPyConnection, scope: tuple[str, str, str], expected: str
) -> None:
    level, school, zone = scope
    deliver(connection, "scopes", rows=1, scope_level=f"'{level}'", school_id=f"'{school}'", zone_code=f"'{zone}'")
    assert judge(connection)["scopes", "scopes_unknown"].outcome == expected


@pytest.mark.parametrize(
    ("month", "expected"), [("26/06/2026", "pass"), ("2026-06-27", "fail"), ("01/07/2026", "fail")]
)
def test_no_month_lies_ahead_of_the_extract(connection: duckdb.DuckDBPyConnection, month: str, expected: str) -> None:
    deliver(connection, "use", use_month=f"case when n <= 1 then '{month}' else '2026-06-01' end")
    assert judge(connection, "use_v1")["use", "months_ahead"].outcome == expected


@pytest.mark.parametrize(
    ("last_day", "days", "expected"),
    [("", 3, "pass"), ("01/06/2026", 3, "pass"), ("31/05/2026", 3, "warn"), ("31/05/2026", 0, "pass")],
)
def test_use_in_a_month_after_the_last_day_of_access_warns(
    connection: duckdb.DuckDBPyConnection, last_day: str, days: int, expected: str
) -> None:
    registered(connection, access_to_date=f"case when n <= 1 then '{last_day}' end")
    deliver(connection, "use", days_used=f"'{days}'")
    assert judge(connection, "use_v1")["use", "use_after_access_ended"].outcome == expected


@pytest.mark.parametrize(
    ("subject", "issuer", "expected"),
    [
        ("'account ' || n", "'https://sign-in.example'", "pass"),
        ("'account ' || greatest(n, 2)", "'https://sign-in.example'", "warn"),
        ("'account ' || greatest(n, 2)", "'https://sign-in.example' || if(n = 1, '/', '')", "warn"),
        ("'account ' || greatest(n, 2)", "'https://sign-in.example/' || n", "pass"),
    ],
)
def test_an_account_of_two_users_warns(
    connection: duckdb.DuckDBPyConnection, subject: str, issuer: str, expected: str
) -> None:
    deliver(connection, "sign_ins", subject=subject, issuer=issuer)
    assert judge(connection, "sign_ins_v1")["sign_ins", "sign_ins_shared"].outcome == expected


def test_the_name_says_which_list_and_which_day() -> None:
    files = {
        file.kind: file
        for name in ("access_v1", "sign_ins_v1", "use_v1")
        for file in contract_named(f"tool_users/{name}").files
    }
    for kind, file in files.items():
        assert values_in_name(file, f"tool_users_{kind}_2026-06-26.csv") == {"extract_date": DAY}
    assert values_in_name(files["users"], "tool_users_use_2026-06-26.csv") is None
