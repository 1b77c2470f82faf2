"""Police notifications in a built county, beside the truth; what mistakes cost; no place or partner learns of one."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.releases import content
from orchestration.settings import Settings
from tests.support.audience_files import opened
from tests.support.warehouse import DAY, KEY, Warehouse

TABLE = "police_notifications__notifications"
FACT = "fct_police_notification"
TRUE = """
    select
        told.kind_code || '/' || told.notification_ref || '/' || told.person_number as person_id,
        told.kind_code, told.grade_code as grade, replace(told.role_code, ' ', '_') as role,
        told.incident_date::date as incident_date, told.received_date::date as received_date,
        told.child_id, known.child_durable_key as true_child
    from read_csv('{truth}/police_notifications.csv', all_varchar = true) as told
    left join (
        select distinct children.child_id, identities.child_durable_key
        from read_csv('{truth}/children.csv', all_varchar = true) as children
        inner join intermediate.int_child_identity as identities on children.upn = identities.upn
    ) as known using (child_id)
"""
SAID = "kind_code, grade, role, incident_date, received_date"
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'police_%s'"
REJECTED = f"""
    select coalesce(sum(rows), 0)::int from ops.rejection
    where table_name = '{TABLE}' and column_name = '{{}}' and reason = '{{}}'
"""


def differing(warehouse: Warehouse, told: str, true: str) -> list[tuple[Any, ...]]:
    """The rows that one of two queries has more often than the other."""
    told, true = f"from ({told})", f"from ({true})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_notification_is_a_fact_and_says_what_is_true(clean: Warehouse) -> None:
    assert differing(clean, f"select {SAID} from core.{FACT}", f"select {SAID} from ({TRUE})") == []
    ((facts, kinds, roles),) = clean.inside(
        f"select count(*), count(distinct kind_code), count(distinct role) from core.{FACT}"
    )
    assert facts > 50 and kinds == 5 and roles >= 4


def test_none_is_a_wrong_childs_and_nearly_all_are_found(clean: Warehouse) -> None:
    ((wrong, to_find, found),) = clean.inside(
        f"""
        select
            count(*) filter (
                where said.child_durable_key is not null and said.child_durable_key is distinct from true_child
            ),
            count(true_child), count(*) filter (where said.child_durable_key = true_child)
        from intermediate.int_police_notifications as said
        full join ({TRUE}) as told using (person_id)
        """
    )
    assert wrong == 0
    assert to_find > 40 and found / to_find > 0.9, (found, to_find)
    facts = f"select count(*) from core.{FACT} where child_durable_key <> 'unknown'"
    assert clean.inside(facts) == [(found,)]


def test_whoever_nobody_is_sure_of_is_kept_and_counted(clean: Warehouse) -> None:
    """Brothers and sisters who are at no school, and whoever waits for a reviewer."""
    told = f"select link_status, count(*) from core.{FACT} group by all"
    summary = """
        select link_status, sum(links_count)::int from core.fct_link_summary
        where source = 'police_notifications' group by all
    """
    assert dict(clean.inside(told)) == dict(clean.inside(summary))
    unknown = f"select count(*) from core.{FACT} where link_status <> 'linked' and child_durable_key <> 'unknown'"
    assert clean.inside(unknown) == [(0,)]
    ((not_at_school,),) = clean.inside(f"select count(*) from ({TRUE}) where child_id is null")
    assert dict(clean.inside(summary))["not_linked"] >= not_at_school > 0


def test_a_victim_and_a_perpetrator_are_told_apart(clean: Warehouse) -> None:
    counted = (
        f"select role, is_perpetrator, count(*) from core.{FACT} where kind_code = 'asb' group by all order by all"
    )
    true = (
        f"select role, role = 'perpetrator', count(*) from ({TRUE}) where kind_code = 'asb' group by all order by all"
    )
    assert clean.inside(counted) == clean.inside(true)
    assert [is_perpetrator for _, is_perpetrator, _ in clean.inside(counted)] == [True, False]


def test_encompass_went_to_the_childs_own_school(clean: Warehouse) -> None:
    told = f"select distinct kind_code from core.{FACT} where is_told_to_own_school is not null"
    assert clean.inside(told) == [("encompass",)]
    wrong = f"select count(*) from core.{FACT} where not is_told_to_own_school"
    assert clean.inside(wrong) == [(0,)]


def test_nothing_is_rejected_set_aside_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    counted = f"select rows_read, rows_accepted, rows_rejected from ops.delivery_table where table_name = '{TABLE}'"
    ((read, accepted, rejected),) = clean.inside(counted)
    assert read == accepted > 0 and rejected == 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name = '{TABLE}'") == []
    assert clean.inside("select * from ops.check_result where suite like 'police%' and outcome <> 'pass'") == []


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("grade_unknown", REJECTED.format("grade_code", "code_unknown")),
        ("incident_unreadable", REJECTED.format("incident_date", "date_unreadable")),
        ("twice", REJECTED.format("person_number", "duplicate_key")),
        (
            "school_unreadable",
            f"select coalesce(sum(rows), 0)::int from ops.set_aside where table_name = '{TABLE}' "
            "and column_name = 'school_id'",
        ),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause) != [(0,)]


def test_no_row_disappears_on_the_dirty_county_and_none_is_a_wrong_childs(dirty: Warehouse) -> None:
    counted = f"select rows_read, rows_accepted, rows_rejected from ops.delivery_table where table_name = '{TABLE}'"
    ((read, accepted, rejected),) = dirty.inside(counted)
    assert read == accepted + rejected and rejected > 0
    assert dirty.inside(f"select count(*) from core.{FACT}") == [(accepted,)]
    wrong = f"""
        select count(*) from intermediate.int_police_notifications as said
        inner join ({TRUE}) as told using (person_id)
        where said.child_durable_key is not null and said.child_durable_key is distinct from told.true_child
    """
    assert dirty.inside(wrong) == [(0,)]


def texts_of(connection: Any) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where data_type like '%VARCHAR%' and not internal and table_name <> 'overlay_model'"
    ).fetchall()
    return found


WORDS = re.compile(r"(?i).*\b(encompass|ppn|marac|asb|perpetrators?|child_present|in_household|victims?)\b.*")


@pytest.mark.parametrize("kind", ["zone", "school", "health", "police"])
def test_no_place_and_no_partner_learns_kind_grade_or_role(clean: Warehouse, kind: str) -> None:
    """The fact is in none of their files, nor a word or a key of it in any text."""
    keys = [key for (key,) in clean.release(f"select police_notification_key from core.{FACT}")]
    files = sorted((clean.home / "current").glob(f"{kind}/*.duckdb"))
    assert files and keys
    for file in files:
        with opened(clean, f"{kind}/{file.stem}") as place:
            tables = {name for (name,) in place.execute("select table_name from duckdb_tables()").fetchall()}
            assert FACT not in tables and not [name for name in tables if name.startswith("ref_police")]
            columns = {name for (name,) in place.execute("select column_name from duckdb_columns()").fetchall()}
            assert not columns & {"kind_code", "is_perpetrator", "is_told_to_own_school", "police_notification_key"}
            for schema, table, column in texts_of(place):
                held = f"""
                    with texts as (select "{column}"::varchar as said from {schema}."{table}")
                    select count(*) from texts
                    where regexp_full_match(said, $words) or said in (select unnest($keys))
                """
                found = place.execute(held, {"words": WORDS.pattern, "keys": keys}).fetchall()
                assert found == [(0,)], (file.name, table, column)


def test_no_count_of_them_is_in_the_open_file(clean: Warehouse) -> None:
    with duckdb.connect(str(clean.home / "current/open/early_help_open.duckdb"), read_only=True) as everybody:
        for schema, table, column in texts_of(everybody):
            held = f"""select count(*) from {schema}."{table}" where "{column}"::varchar ilike '%police%'"""
            assert everybody.execute(held).fetchall() == [(0,)], (table, column)
            assert not re.search("police|perpetrator|notification", f"{table} {column}")


def test_no_published_table_holds_a_reference_of_the_police(clean: Warehouse) -> None:
    needles = [ref for (ref,) in clean.inside(f"select distinct notification_ref from raw.{TABLE}")]
    assert len(needles) > 20
    with duckdb.connect(str(clean.home / "current" / "early_help.duckdb"), read_only=True) as connection:
        for schema, table, column in texts_of(connection):
            held = f"""select count(*) from {schema}."{table}" where "{column}"::varchar in (select unnest($needles))"""
            assert connection.execute(held, {"needles": needles}).fetchall() == [(0,)], (schema, table, column)


TELLS_OF_SOURCES = frozenset({"dim_delivery", "mart_freshness", "fct_link_summary"})
"""Which files came, how old each source is, and how many people each knows."""


def test_every_other_table_is_as_it_was_where_the_police_sent_nothing(clean: Warehouse, tmp_path: Path) -> None:
    """So nothing that a school or zone reads is moved by a notification, a child's as perpetrator least of all."""
    sent = [path for path in sorted((clean.county / "extracts").rglob("*.*")) if path.is_file()]
    settings = Settings(home=tmp_path, key=KEY)
    deliveries.deliver(settings, [path for path in sent if path.parent.name != "police_notifications"], None)
    with database.connect(settings) as connection:
        deliveries.load(settings, connection, "run")
    warehouse.build_selected(settings, DAY)
    with_it, without = (
        content.of(file, leave_out=TELLS_OF_SOURCES)
        for file in (clean.home / "build" / "early_help.duckdb", settings.build_file)
    )
    assert set(content.differences(with_it, without)) == {f"core.{FACT}"}
    assert without[f"core.{FACT}"].startswith("0:")
