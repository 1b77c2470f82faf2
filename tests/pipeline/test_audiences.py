"""Each audience's files of a release: who is in them, what is in them, and who can open them."""

import datetime
import shutil
from pathlib import Path

import duckdb
import pytest

from expectations import gate
from orchestration import releases
from orchestration.build import database, engine
from orchestration.home import disclosures
from orchestration.releases import audience_files, keys
from orchestration.settings import Settings
from tests.support.audience_files import opened, settings_of
from tests.support.needles import holding
from tests.support.warehouse import DAY, KEY, Warehouse

NOT_ON_THE_LIST = "a" * 64


def names_of_files(warehouse: Warehouse) -> list[str]:
    home = warehouse.home / "current"
    return sorted(f"{level}/{path.stem}" for level in ("zone", "school") for path in home.glob(f"{level}/*.duckdb"))


def child_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_columns() "
            "where column_name = 'child_durable_key' and database_name = current_database()"
        ).fetchall()
    ]


EXPECTED = """
    select 'zone/' || list.zone_code as name, list.child_durable_key, is_pupil
    from (
        select zone_code, child_durable_key, true as is_pupil from mart.mart_child_list
        union
        select zone_code, child_durable_key, false from mart.mart_not_in_school
    ) as list
    inner join core.dim_zone as zones on list.zone_code = zones.zone_code
    inner join core.brg_user__scope as access
        on
            access.has_access
            and (access.scope_level = 'county' or access.scope_level = 'zone' and access.zone_key = zones.zone_key)
    union
    select 'school/' || schools.school_id, list.child_durable_key, true
    from mart.mart_child_list as list
    inner join core.fct_enrolment as enrolments
        on
            list.child_durable_key = enrolments.child_durable_key
            and enrolments.is_current
            and enrolments.enrol_status in ('C', 'M', 'S')
    inner join core.dim_school as earlier on enrolments.school_key = earlier.school_key
    inner join core.dim_school as schools
        on earlier.todays_school_durable_key = schools.school_durable_key and schools.is_current
    inner join core.brg_user__scope as access
        on
            access.has_access
            and access.scope_level = 'school'
            and access.school_durable_key = schools.school_durable_key
    where enrolments.enrol_status = 'S' or list.school_id = schools.school_id
"""
"""Who must be in which file, and whether as a pupil or as a child in no school, worked out from the analysts' file."""


def test_every_table_of_the_build_says_who_may_see_it(clean: Warehouse) -> None:
    with database.connect(settings_of(clean), read_only=True) as connection:
        differing = connection.execute(
            """
            with built as (
                select schema_name, table_name from duckdb_tables() where schema_name in ('core', 'mart', 'ops')
            ),

            listed as (
                select schema_name, table_name from reference.ref_audience_table where table_name <> '*'
            )

            (from built except from listed) union all (from listed except from built)
            """
        ).fetchall()
    assert differing == []


def test_a_file_holds_the_children_whom_somebody_may_see_there_and_no_other(dirty: Warehouse) -> None:
    expected: dict[str, set[str]] = {}
    pupils: dict[str, set[str]] = {}
    for name, child, is_pupil in dirty.release(EXPECTED):
        expected.setdefault(name, set()).add(child)
        pupils.setdefault(name, set()).update([child] * is_pupil)
    assert pupils.keys() == expected.keys() and pupils != expected
    assert names_of_files(dirty) == sorted(expected)
    assert {name.split("/")[0] for name in expected} == {"zone", "school"}
    for name, children in expected.items():
        with opened(dirty, name) as place:
            assert {
                child for (child,) in place.execute("select child_durable_key from mart.mart_child_list").fetchall()
            } == pupils[name]
            assert {
                child for (child,) in place.execute("select child_durable_key from core.dim_child_identity").fetchall()
            } == children
            for table in child_tables(place):
                found = {
                    child for (child,) in place.execute(f"select distinct child_durable_key from {table}").fetchall()
                }
                assert found <= children, f"{table} of {name} tells of a child who is not there"


def test_a_child_brings_its_whole_history_wherever_it_was(dirty: Warehouse) -> None:
    name = names_of_files(dirty)[-1]
    if name == "zone/unknown":
        name = names_of_files(dirty)[-2]
    with opened(dirty, name) as place:
        place.execute(f"attach '{dirty.release_file}' as analysts (read_only)")
        tables = [table for table in child_tables(place) if table.startswith("core.fct_")]
        assert len(tables) > 5
        for table in tables:
            here, everywhere = place.execute(
                f"select (select count(*) from {table}), (select count(*) from analysts.{table} "
                "where child_durable_key in (select child_durable_key from core.dim_child_identity))"
            ).fetchone()
            assert here == everywhere, table
        (elsewhere,) = place.execute(
            "select count(*) from core.fct_enrolment where school_durable_key not in "
            "(select school_durable_key from mart.mart_child_list)"
        ).fetchone()
        assert elsewhere, "no child of this school came from another one: nothing is shown"


def test_no_other_childs_upn_or_name_is_in_a_schools_file(dirty: Warehouse) -> None:
    name = next(name for name in names_of_files(dirty) if name.startswith("school/"))
    with database.connect(settings_of(dirty), read_only=True) as build:
        people = build.execute(
            "select child_durable_key, upn, surname from core.dim_child_identity where child_durable_key <> 'unknown'"
        ).fetchall()
    with opened(dirty, name) as place:
        here = {child for (child,) in place.execute("select child_durable_key from mart.mart_child_list").fetchall()}
        words: set[str] = set()
        for schema, table, column in place.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where data_type = 'VARCHAR' and database_name = 'place'"
        ).fetchall():
            words |= {word for (word,) in place.execute(f'select distinct "{column}" from {schema}.{table}').fetchall()}
    others = [person for person in people if person[0] not in here]
    own_surnames = {surname for child, _, surname in people if child in here}
    assert others and not words & {child for child, *_ in others}
    assert not words & {upn for _, upn, _ in others if upn}
    assert not words & ({surname for *_, surname in others} - own_surnames)
    assert words & {upn for child, upn, _ in people if child in here}, "the school's own children are named"


def test_a_school_does_not_see_what_other_agencies_hold(clean: Warehouse) -> None:
    tables: dict[str, set[str]] = {}
    for name in names_of_files(clean):
        with opened(clean, name) as place:
            found = place.execute("select table_name from duckdb_tables() where database_name = 'place'").fetchall()
            tables.setdefault(name.split("/")[0], set()).update(table for (table,) in found)
    withheld = {"fct_family_support", "fct_contact", "fct_referral", "fct_request_for_help", "dim_household"}
    assert withheld <= tables["zone"]
    assert not withheld & tables["school"]
    assert "brg_user__scope" not in tables["zone"] | tables["school"]


def test_a_zone_reads_the_figures_of_its_own_places_and_the_county(clean: Warehouse) -> None:
    name = next(name for name in names_of_files(clean) if name.startswith("zone/"))
    zone = name.split("/")[1]
    with opened(clean, name) as place:
        zones = place.execute("select distinct zone_code from mart.mart_zone_dashboard where not is_county").fetchall()
        counted = place.execute("select count(*) from mart.mart_zone_dashboard where is_county").fetchone()
        places = place.execute("select distinct place_code from mart.mart_trend where place_type = 'zone'").fetchall()
        schools = place.execute("select distinct zone_code from mart.mart_school_overview").fetchall()
    assert zones == places == schools == [(zone,)]
    assert counted[0]


def test_a_file_opens_with_its_own_key_alone(clean: Warehouse) -> None:
    one, other = names_of_files(clean)[:2]
    file = clean.home / "current" / f"{one}.duckdb"
    with pytest.raises(duckdb.Error), duckdb.connect(str(file), read_only=True):
        pass
    for name in (other, "analyst"):
        wrong = keys.derive(settings_of(clean), name, keys.FIRST)
        with duckdb.connect() as connection, pytest.raises(duckdb.Error):
            connection.execute(f"attach '{file}' as place (read_only, encryption_key '{wrong}')")
    with opened(clean, one) as place:
        assert place.execute("select count(*) from mart.mart_child_list").fetchone()[0]


def test_names_are_not_to_be_read_in_the_bytes_of_a_release(clean: Warehouse) -> None:
    upns = [upn for (upn,) in clean.inside("select upn from core.dim_child_identity where upn <> ''")]
    assert holding(upns, clean.home / "build" / "early_help.duckdb"), "names could not be found this way"
    assert holding(upns, clean.home / "releases") == []


def test_no_key_lies_in_any_file(clean: Warehouse) -> None:
    secrets = [keys.derive(settings_of(clean), name, keys.FIRST) for name in names_of_files(clean)]
    assert holding([*secrets, KEY], clean.home) == []


def test_nobody_named_no_file(census_only: Warehouse) -> None:
    assert names_of_files(census_only) == []
    assert "No file is encrypted" in census_only.here("keys", "list").stdout


def test_a_rotated_key_holds_from_the_next_release_on(clean: Warehouse, tmp_path: Path) -> None:
    copy = Warehouse(tmp_path / "home", clean.county)
    shutil.copytree(clean.home, copy.home, symlinks=True)
    name, other = names_of_files(copy)[:2]
    before = (copy.home / "current").resolve()
    old = keys.derive(settings_of(copy), name, keys.FIRST)
    assert copy.here("keys", "rotate", name).returncode == 0
    assert "Nothing new" not in copy.build()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{before / name}.duckdb' as earlier (read_only, encryption_key '{old}')")
        with pytest.raises(duckdb.Error):
            connection.execute(f"attach '{copy.home}/current/{name}.duckdb' as now (read_only, encryption_key '{old}')")
    for file in (name, other):
        with opened(copy, file) as place:
            assert place.execute("select count(*) from mart.mart_child_list").fetchone()[0]
    assert keys.newest(settings_of(copy), other) == keys.FIRST


def test_a_place_without_a_file_is_told_of_with_the_reason(clean: Warehouse) -> None:
    refused = clean.here("keys", "show", "school/0000000", "--reason", "for the huddles")
    assert refused.returncode == 1 and "somebody may see its children" in " ".join(refused.stderr.split())


def test_showing_a_key_is_logged_with_who_and_why(clean: Warehouse) -> None:
    name = names_of_files(clean)[0]
    refused = clean.here("keys", "show", name)
    assert refused.returncode == 2 and "--reason" in refused.stderr
    shown = clean.earlyhelp("keys", "show", name, "--reason", "for the huddles")
    key = keys.derive(settings_of(clean), name, keys.FIRST)
    assert key in shown.stdout
    last = disclosures.entries(settings_of(clean))[-1]
    with opened(clean, name) as place:
        (children,) = place.execute("select count(*) from mart.mart_child_list").fetchone()
    assert (last.action, last.audience, last.reason, last.children_count) == ("key", name, "for the huddles", children)
    assert key not in disclosures.log_of(settings_of(clean)).read_text()


def test_every_file_of_a_release_is_in_the_log_of_disclosures(clean: Warehouse) -> None:
    release = (clean.home / "current").resolve()
    told = {entry.file for entry in disclosures.entries(settings_of(clean)) if entry.action == "release"}
    files = {path.relative_to(clean.home) for path in release.rglob("*.duckdb")}
    assert {
        str(Path("releases") / release.name / path.relative_to(Path("releases") / release.name)) for path in files
    } <= told
    assert "published" in clean.earlyhelp("disclosures").stdout


def test_what_spills_to_disk_is_encrypted(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, key=KEY, memory_limit="60MB", threads=2)
    settings.build.mkdir()
    spilled = []
    with engine.connect(settings, settings.build_file) as connection:
        connection.execute("set threads = 1")
        connection.execute(
            "create temp table planted as select 'Planted Surname ' || i % 1000 as name, md5(i::varchar) as filler "
            "from range(1500000) as numbers (i) order by filler"
        )
        for path in (settings.build / "spill").iterdir():
            spilled.append(path.read_bytes())
    assert sum(len(content) for content in spilled) > 1_000_000, "nothing was spilled: nothing is shown"
    assert not any(b"Planted Surname" in content for content in spilled)


def test_the_analysts_file_can_be_encrypted_too(clean: Warehouse, tmp_path: Path) -> None:
    copy = Warehouse(tmp_path / "home", clean.county)
    shutil.copytree(clean.home, copy.home, symlinks=True)
    with database.connect(settings_of(copy)) as connection:
        connection.execute("update reference.ref_audience set is_encrypted = true where audience_code = 'analyst'")
    release = releases.publish(settings_of(copy), datetime.date.fromisoformat(DAY), "test")
    with pytest.raises(duckdb.Error), duckdb.connect(str(copy.release_file), read_only=True):
        pass
    assert not (release.folder / "parquet").exists()
    before = clean.here("dashboard").stdout.splitlines()
    assert copy.here("dashboard").stdout.splitlines()[:9] == before[:9]
    assert copy.here("status").returncode == 0
    # The gate of the next release reads this one as the one before it.
    with database.connect(settings_of(copy)) as connection:
        releases.attach(connection, settings_of(copy), release, gate.BEFORE)
        outcomes = gate.check_release(connection, "test", datetime.date.fromisoformat(DAY))
    assert {result.outcome for result in outcomes} == {"pass"}


def test_a_school_sees_whom_it_has_on_its_register_beside_another(clean: Warehouse) -> None:
    """Read from Synergy's registrations as delivered: S is a subsidiary registration, G a guest on no register here."""
    with duckdb.connect() as files:
        registered = files.execute(
            f"""
            with enrolments as (
                from read_csv('{clean.county}/extracts/synergy/synergy_enrolments_*.csv', all_varchar = true)
            ),

            pupils as (from read_csv('{clean.county}/extracts/synergy/synergy_pupils_*.csv', all_varchar = true))

            select 'school/' || replace("DfE Number", '/', ''), trim(upper("UPN")), "Status"
            from enrolments
            inner join pupils using ("Pupil Ref")
            where
                "Status" in ('S', 'G')
                and strptime("Start Date", '%d/%m/%Y') <= date '{DAY}'
                and coalesce(strptime("End Date", '%d/%m/%Y') >= date '{DAY}', true)
                and date_sub('year', strptime("DOB", '%d/%m/%Y')::date, date '{DAY}') between 5 and 16
            """
        ).fetchall()
    files_made = names_of_files(clean)
    seen = dict.fromkeys(("S", "G"), 0)
    for name, upn, status in registered:
        if name not in files_made:
            continue
        with opened(clean, name) as place:
            here = place.execute("select count(*) from core.dim_child_identity where upn = ?", [upn]).fetchone()
            listed = place.execute(
                "select list.school_id, places.is_main from mart.mart_child_list as list "
                "inner join core.dim_child_identity as people using (child_durable_key) "
                "left join core.brg_child__school as places on list.child_durable_key = places.child_durable_key "
                "and places.school_durable_key in (select school_durable_key from core.dim_school where school_id = ?) "
                "where people.upn = ?",
                [name.split("/")[1], upn],
            ).fetchall()
        if status == "G":
            assert here == (0,), f"a guest is in {name}"
        else:
            assert listed and listed[0][0] != name.split("/")[1] and listed[0][1] is False
        seen[status] += 1
    assert seen["S"], "the county has no such child where somebody may look: nothing is shown"


def test_a_school_reads_the_profile_of_its_pyramid_and_of_no_other(clean: Warehouse) -> None:
    expected = dict(
        clean.release(
            "select 'school/' || schools.school_id, pyramids.pyramid_code from core.dim_school as schools "
            "inner join core.dim_pyramid as pyramids on schools.todays_pyramid_key = pyramids.pyramid_key "
            "where schools.is_current"
        )
    )
    profiles = 0
    for name in (name for name in names_of_files(clean) if name.startswith("school/")):
        with opened(clean, name) as place:
            for table in ("mart.mart_pyramid_profile", "mart.mart_pyramid_need"):
                found = place.execute(f"select distinct pyramid_code from {table}").fetchall()
                assert found == [(expected[name],)]
            profiles += 1
    assert profiles


def test_a_zones_large_tables_lie_by_child_with_the_same_rows(
    clean: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience_files, "LARGE_TABLE", 1)
    with duckdb.connect(str(clean.release_file), read_only=True) as release:
        columns, (row,) = release.sql("from ops.release").columns, release.sql("from ops.release").fetchall()
    written = audience_files.write(settings_of(clean), tmp_path, dict(zip(columns, row, strict=True)))
    zone = min(one.name for one in written if one.name.startswith("zone/"))
    before, after = (dict[str, list[tuple[object, ...]]]() for _ in range(2))
    for found, folder in ((before, None), (after, tmp_path)):
        with opened(clean, zone, folder) as connection:
            for table in child_tables(connection):
                found[table] = connection.execute(f"select * from {table} order by all").fetchall()
    assert before == after and len(before) > 20
    with opened(clean, zone, tmp_path) as connection:
        ((out_of_order, rows),) = connection.execute(
            """
            select count(*) filter (child_durable_key < child_before), count(*)
            from (
                select child_durable_key, lag(child_durable_key) over (order by rowid) as child_before
                from core.fct_flag_assessment
            )
            """
        ).fetchall()
    assert rows > 1000 and out_of_order == 0
