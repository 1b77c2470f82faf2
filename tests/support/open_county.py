"""A build with no more than the open file is made of: schools on a map, counted by flag on some days."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.releases import open_file
from orchestration.settings import Settings

SEEDS = Path(__file__).resolve().parents[2] / "seeds/reference"
AS_OF = datetime.date(2026, 6, 26)
RELEASE = {
    "release_id": "r1",
    "as_of_date": AS_OF,
    "published_at": datetime.datetime(2026, 6, 26, 3),
    "run_id": "run",
    "version": "0",
    "code_sha256": "c",
    "inputs_sha256": "i",
}

TABLES = """
create schema core; create schema reference; create schema mart;
create table core.dim_flag as
    select flag as flag_key, flag as flag_code, flag as flag_name, 'text' as description, 1 as display_order,
        flag = 'any' as is_summary, 'school_age' as population_code
    from (select distinct flag from counted)
    union all select 'unknown', 'unknown', null, null, null, false, null;
create table core.dim_flag_rule as
    select flag as flag_rule_key, flag as flag_rule_durable_key, flag as flag_key, flag as flag_code,
        1 as version, 'measure of ' || flag as measure, '>=' as comparator, 1::decimal(18, 6) as threshold,
        null::integer as minimum_sessions, null::integer as maximum_age_days, 5 as age_from, 16 as age_to,
        date '2000-09-01' as valid_from_date, date '9999-12-31' as valid_to_date
    from (select distinct flag from counted);
create table core.dim_date as
    select day as calendar_date, '2025/26' as academic_year, (row_number() over (order by day))::integer as half_term,
        'half term ' || day as half_term_label, true as is_assessment_date, day = $as_of as is_current_assessment_date
    from counted group by day;
create table core.dim_school as
    select distinct school || '@' || day as school_key, school as school_id, null::varchar as urn,
        'School ' || school as school_name, 'P' as phase_code, 'Primary' as phase_name, 'School' as establishment_type,
        pyramid as pyramid_code, zone_of as zone_code, null::date as open_date, null::date as close_date,
        day as valid_from_date, day + 1 as valid_to_date, false as is_current
    from counted;
create table core.dim_pyramid as
    select distinct pyramid as pyramid_key, pyramid as pyramid_code, pyramid as pyramid_name
    from counted where pyramid is not null;
create table core.dim_zone as
    select distinct zone_of as zone_key, zone_of as zone_code, zone_of as zone_name
    from counted where zone_of is not null;
create table core.dim_place as
    select 'county' as place_key, 'county' as place_type, 'county' as place_code, 'County' as place_name,
        null::varchar as pyramid_code, null::varchar as zone_code
    union select 'zone ' || zone_of, 'zone', zone_of, zone_of, null, zone_of from counted where zone_of is not null
    union select 'pyramid ' || pyramid || '@' || day, 'pyramid', pyramid, pyramid, pyramid, min(zone_of)
    from counted where pyramid is not null group by pyramid, day
    union select school || '@' || day, 'school', school, 'School ' || school, pyramid, zone_of from counted;
create table core.fct_flag_place as
    select unnest([
            school || '@' || day, 'pyramid ' || pyramid || '@' || day, 'zone ' || zone_of, 'county'
        ]) as place_key, flag as flag_key, flag as flag_rule_key, day as as_of_date, 'in_force' as rule_basis,
        children as children_count, assessable as assessable_count, raised as raised_count
    from counted;
create or replace table core.fct_flag_place as
    select place_key, flag_key, flag_rule_key, as_of_date, rule_basis, sum(children_count)::bigint as children_count,
        sum(assessable_count)::bigint as assessable_count, sum(raised_count)::bigint as raised_count
    from core.fct_flag_place where place_key is not null group by all;
create table reference.ref_term as select '2025/26' as academic_year, date '2025-09-02' as start_date;
create table reference.ref_benefit_comparison
    (comparison_id varchar, basis varchar, before_from_date date, before_to_date date, after_from_date date,
    after_to_date date);
create table mart.mart_benefit
    (benefit_key varchar, comparison_id varchar, comparison_name varchar, basis varchar, measure_code varchar,
    measure_name varchar, display_order integer, before_per_year decimal(18, 2), after_per_year decimal(18, 2),
    difference_per_year decimal(18, 2), gross_gbp decimal(18, 2), cost_gbp decimal(18, 2), net_gbp decimal(18, 2),
    claim varchar);
create table mart.mart_re_referral
    (is_county boolean, month_date date, academic_year varchar, is_complete boolean, window_days integer,
    is_default_window boolean, referrals_count bigint, known_count bigint, re_referrals_count bigint);
"""


@dataclass
class County:
    """Where schools lie, and (children, assessable, raised) by day, school and flag."""

    places: dict[str, tuple[str | None, str | None]]
    counts: dict[tuple[str, str, str], tuple[int, int, int]]
    moves: dict[tuple[str, str], tuple[str | None, str | None]] = field(default_factory=dict)

    def truth(self, day: str) -> dict[tuple[str, str], tuple[int, int, int]]:
        return {(school, flag): value for (when, school, flag), value in self.counts.items() if when == day}

    def open(self, folder: Path, name: str, before: Path | None = None, threshold: int = 5) -> Path:
        """The open file of this county, as the release after `before`."""
        target = folder / f"{name}.open.duckdb"
        open_file.write(self.build(folder / name, threshold), target, RELEASE, before)
        return target

    def build(self, home: Path, threshold: int = 5) -> Settings:
        """A home with a new build of this county."""
        settings = Settings(home=home)
        settings.build.mkdir(parents=True, exist_ok=True)
        settings.build_file.unlink(missing_ok=True)
        with duckdb.connect(str(settings.build_file)) as connection:
            connection.execute(
                """
                create temp table counted (
                    day date, school varchar, flag varchar, pyramid varchar, zone_of varchar, children bigint,
                    assessable bigint, raised bigint
                )
                """
            )
            connection.executemany(
                "insert into counted values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (day, school, flag, *self.moves.get((day, school), self.places[school]), *counts)
                    for (day, school, flag), counts in self.counts.items()
                ],
            )
            connection.execute(TABLES.replace("$as_of", f"date '{AS_OF}'"))
            for seed in ("ref_suppression_rule", "ref_suppression_mark"):
                connection.execute(f"create table reference.{seed} as from '{SEEDS / seed}.csv'")
                for column, kind in connection.execute(
                    f"select name, type from pragma_table_info('reference.{seed}')"
                ).fetchall():
                    if kind == "BIGINT":
                        connection.execute(f"alter table reference.{seed} alter {column} type integer")
            connection.execute("update reference.ref_suppression_rule set threshold = ?", [threshold])
        return settings
