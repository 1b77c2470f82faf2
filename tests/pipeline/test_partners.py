"""Files of partner agencies: whom their agreement names, what it lets them know of them, and not a word more."""

import csv
import io

import duckdb
import pytest

from orchestration.build import database
from orchestration.releases import keys
from orchestration.settings import PROJECT
from tests.support.audience_files import opened, settings_of
from tests.support.warehouse import Warehouse

AGREED = {"health": ["attendance", "sen"], "police": ["attendance"]}
"""As the seed has it, said again."""

COLUMNS = {
    "core.dim_child_identity": ["birth_date", "child_durable_key", "forename", "surname"],
    "core.dim_flag": ["description", "display_order", "flag_code", "flag_key", "flag_name"],
    "core.fct_flag_raised": ["as_of_date", "child_durable_key", "flag_key", "raised_date"],
    "mart.mart_child_list": [
        *("as_of_date", "child_durable_key", "nc_year", "school_id", "school_name", "zone_code", "zone_name"),
    ],
}

EXPECTED = """
    select distinct list.zone_code, list.child_durable_key
    from mart.mart_child_list as list
    inner join mart.mart_flag_evidence as evidence using (child_durable_key)
    where
        evidence.flag_code in (select unnest($flags))
        and evidence.flag_state = 'raised'
        and exists (
            select 1
            from core.brg_user__scope as users
            left join core.dim_zone as zones using (zone_key)
            where
                users.role_code = $role
                and users.has_access
                and (users.scope_level = 'county' or zones.zone_code = list.zone_code)
        )
    order by all
"""


def files(warehouse: Warehouse, partner: str) -> list[str]:
    return sorted(path.stem for path in (warehouse.home / "current").glob(f"{partner}/*.duckdb"))


def expected(warehouse: Warehouse, partner: str) -> dict[str, set[str]]:
    with duckdb.connect(str(warehouse.release_file), read_only=True) as release:
        rows = release.execute(EXPECTED, {"flags": AGREED[partner], "role": partner}).fetchall()
    found: dict[str, set[str]] = {}
    for zone, child in rows:
        found.setdefault(zone, set()).add(child)
    return found


def values(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Whatever stands in any cell of any table, and in what describes them."""
    found: set[str] = set()
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'place'"
    ).fetchall()
    for schema, table in tables:
        for row in connection.execute(f'select * from {schema}."{table}"').fetchall():
            found.update(str(cell) for cell in row if cell is not None)
    return found


@pytest.mark.parametrize("partner", AGREED)
def test_a_partner_has_a_file_of_each_zone_it_works_in_with_whom_its_agreement_names(
    dirty: Warehouse, partner: str
) -> None:
    wanted = expected(dirty, partner)
    assert wanted and files(dirty, partner) == sorted(wanted)
    for zone, children in wanted.items():
        with opened(dirty, f"{partner}/{zone}") as place:
            for table in ("mart.mart_child_list", "core.dim_child_identity", "core.fct_flag_raised"):
                found = {key for (key,) in place.execute(f"select child_durable_key from {table}").fetchall()}
                assert found == children, table
            flags = place.execute("select flag_code from core.dim_flag order by all").fetchall()
            assert flags == [(flag,) for flag in AGREED[partner]]
            (elsewhere,) = place.execute(
                "select count(*) from core.fct_flag_raised where flag_key not in (select flag_key from core.dim_flag)"
            ).fetchone()
            assert elsewhere == 0


def test_partners_of_a_zone_have_no_other_zone_and_those_of_the_county_have_each(dirty: Warehouse) -> None:
    zones = {zone for (zone,) in dirty.release("select distinct zone_code from mart.mart_child_list")}
    assert len(files(dirty, "health")) < len(zones)
    assert len(files(dirty, "police")) > len(files(dirty, "health"))


@pytest.mark.parametrize("partner", AGREED)
def test_a_partners_file_has_the_tables_and_columns_that_are_listed_and_no_other(
    dirty: Warehouse, partner: str
) -> None:
    for zone in files(dirty, partner):
        with opened(dirty, f"{partner}/{zone}") as place:
            found = place.execute(
                "select schema_name || '.' || table_name, list(column_name order by column_name) from duckdb_columns() "
                "where database_name = 'place' and table_name <> 'release' group by all"
            ).fetchall()
        assert dict(found) == COLUMNS


@pytest.mark.parametrize("partner", AGREED)
def test_nothing_else_of_anybody_is_in_a_partners_file(dirty: Warehouse, partner: str) -> None:
    """In no cell of the file: of whom it names no UPN, address or postcode; of all others not even their key."""
    with database.connect(settings_of(dirty), read_only=True) as build:
        people = build.execute(
            "select child_durable_key, upn, address_line, postcode, surname, birth_date::varchar "
            "from core.dim_child_identity where child_durable_key <> 'unknown'"
        ).fetchall()
        rows = build.execute("select household_durable_key from core.dim_household").fetchall()
        households = {key for (key,) in rows}
    for zone, children in expected(dirty, partner).items():
        with opened(dirty, f"{partner}/{zone}") as place:
            found = values(place)
        own = [person for person in people if person[0] in children]
        others = [person for person in people if person[0] not in children]
        assert own and others
        assert not found & {key for key, *_ in others}
        assert not found & {cell for person in people for cell in person[1:4] if cell}
        assert not found & ({surname for *_, surname, _ in others} - {surname for *_, surname, _ in own})
        assert not found & households
        assert {surname for *_, surname, _ in own if surname} <= found, "whom it tells of is named"


def test_a_partners_file_opens_with_its_own_key_alone(dirty: Warehouse) -> None:
    (zone, *_) = files(dirty, "health")
    file = dirty.home / "current" / "health" / f"{zone}.duckdb"
    with pytest.raises(duckdb.Error), duckdb.connect(str(file), read_only=True):
        pass
    for other in (f"zone/{zone}", f"police/{zone}"):
        wrong = keys.derive(settings_of(dirty), other, keys.FIRST)
        with duckdb.connect() as connection, pytest.raises(duckdb.Error):
            connection.execute(f"attach '{file}' as place (read_only, encryption_key '{wrong}')")
    listed = dirty.here("keys", "list").stdout
    assert f"health/{zone}" in listed and f"police/{zone}" in listed


def test_what_roles_read_agrees_with_what_audiences_hold(dirty: Warehouse) -> None:
    """One truth of who sees names: the role's audience, and whether that audience's files name anybody."""
    roles = dirty.release("select role_code, audience_code from reference.ref_user_role order by all")
    assert dict(roles) == {
        "school": "school",
        "zone": "zone",
        "county": "analyst",
        "ict": None,
        "health": "health",
        "police": "police",
    }
    table = next(
        row
        for row in csv.DictReader(io.StringIO(_seed("ref_audience_table.csv")))
        if row["table_name"] == "dim_child_identity"
    )
    naming = {role for role, audience in roles if audience and table[audience]}
    assert naming == {"school", "zone", "health", "police"}
    assert dirty.release("select count(*) from duckdb_tables() where table_name = 'dim_child_identity'") == [(0,)]
    reasons = dict(dirty.release("select role_code, reason from reference.ref_user_role"))
    assert "without a name" in reasons["county"] and "named children" in reasons["school"]


def _seed(name: str) -> str:
    return (PROJECT / "seeds" / "reference" / name).read_text(encoding="utf-8")
