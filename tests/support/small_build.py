"""A home whose build holds what a release is made of, and its publication."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import releases
from orchestration.settings import Settings
from tests.support.open_county import SEEDS, County

SCHOOLS = {school: ("P1", "Z1") for school in ("a", "b", "c", "d")}
COUNTY = County(SCHOOLS, {("2026-05-22", school, "fsm"): (100, 100, 30) for school in SCHOOLS})


def name_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a home in this folder that has nothing yet, as a process finds them in its environment."""
    monkeypatch.setenv("EARLYHELP_HOME", str(folder / "home"))
    monkeypatch.setenv("EARLYHELP_KEY", "k" * 64)
    return Settings()


def make_home(folder: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> Settings:
    """The same with a build."""
    settings = name_home(folder, monkeypatch)
    make_build(settings, 1, rows)
    return settings


def make_build(settings: Settings, generation: int, rows: int = 200_000) -> None:
    """Make the build anew; `generation` tells one from another, `rows` decides how large it is."""
    COUNTY.build(settings.home)
    with duckdb.connect(str(settings.build_file)) as connection:
        for schema in ("ops", "intermediate", "snapshots"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            f"""
            create table core.fct_big (id bigint primary key, generation integer not null, filler varchar);
            insert into core.fct_big select range, {generation}, sha256(range::varchar) from range({rows});
            create table mart.mart_small as select {generation} as generation;
            comment on table core.fct_big is 'Grain: the id.';
            comment on column core.fct_big.filler is 'It''s filler.';
            create table core.dim_child as select 'child' as child_durable_key;
            create table core.dim_child_identity as select 'child' as child_durable_key, 'Ann' as forename;
            create table core.brg_user__scope as
                select 'county' as role_code, true as has_access, 'county' as scope_level,
                    'a' as school_durable_key, 'Z1' as zone_key, date '2026-06-26' as as_of_date
                union all select 'school', true, 'school', 'a', 'Z1', date '2026-06-26';
            create table core.fct_flag_raised as
                select 'child' as child_durable_key, 'sen' as flag_key, date '2026-06-26' as as_of_date;
            create table reference.ref_user_role as from '{SEEDS}/ref_user_role.csv';
            create table reference.ref_partner_flag as from '{SEEDS}/ref_partner_flag.csv';
            create table reference.ref_source_level as from '{SEEDS}/ref_source_level.csv';
            create table reference.ref_source_audience as from '{SEEDS}/ref_source_audience.csv';
            create table reference.ref_source_table as from '{SEEDS}/ref_source_table.csv';
            create table reference.ref_flag_source as from '{SEEDS}/ref_flag_source.csv';
            create table intermediate.int_children_restricted (child_durable_key varchar);
            create table core.brg_child__school as
                select 'child' as child_durable_key, 'a' as school_key, 'a' as school_durable_key,
                    'of a' as pyramid_key, 'Z1' as zone_key, true as is_main;
            insert into core.dim_school (school_key, school_id) values ('a', 'a');
            insert into core.dim_pyramid (pyramid_key, pyramid_code) values ('of a', 'of a');
            create table mart.mart_child_list as
                select 'child' as child_durable_key, 'a' as school_durable_key, 'a' as school_id, 'Z1' as zone_code;
            create table mart.mart_not_in_school (child_durable_key varchar, zone_key varchar, zone_code varchar);
            create table reference.ref_audience as from '{SEEDS}/ref_audience.csv';
            create table reference.ref_audience_table as
                select * from (values
                    ('core', 'fct_big', 'all', 'all', null, null, null, null),
                    ('core', 'dim_child', 'all', 'all', 'children', 'children', null, null),
                    ('core', 'dim_child_identity', 'all', null, 'children', 'children', null, null),
                    ('mart', 'mart_small', 'all', 'all', 'all', 'all', null, null),
                    ('mart', 'mart_child_list', 'all', 'all', 'children', 'children', null, null),
                    ('mart', 'mart_not_in_school', 'all', 'all', 'children', null, null, null),
                    ('ops', 'delivery', 'listed', 'all', null, null, null, null),
                    ('ops', 'check_result', 'listed', 'all', null, null, null, null)
                ) as lines (schema_name, table_name, columns, analyst, zone, school, health, police);
            create table reference.ref_audience_column as from '{SEEDS}/ref_audience_column.csv';
            create table ops.delivery (
                delivery_id varchar, source varchar, rows_read bigint, rows_accepted bigint, rows_rejected bigint,
                extract_date date
            );
            create table ops.check_result (run_id varchar, outcome varchar);
            create table ops.build_run as
                select date '2026-06-26' as as_of_date,
                    timestamp '2026-06-26 02:00:00' + interval {generation} second as said_at,
                    false as is_look_back, null::varchar as journal_release_id;
            create table snapshots.snap_flag as
                select {generation} as statement_id, said_at as said_from_at, timestamp '9999-12-31' as said_to_at
                from ops.build_run;
            create view ops.delivery_in_force as select delivery_id from ops.delivery;
            """
        )


def publish(settings: Settings) -> releases.Release:
    """Publish the build as a run does."""
    return releases.publish(settings, date(2026, 6, 26), "run")
