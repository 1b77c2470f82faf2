"""A star of two children at two schools of two zones, and what was delivered for it, to test the release gate."""

from datetime import date
from pathlib import Path

import duckdb

from expectations.gate import BEFORE, CheckResult, check_release

AS_OF = "2026-06-26"

STAR = f"""
create schema raw; create schema quarantine; create schema ops; create schema reference;
create schema intermediate; create schema core; create schema mart;

create table raw.synergy__pupils as select 'd1' as _delivery_id from range(3);
create table quarantine.synergy__pupils as select 'd1' as _delivery_id from range(1);
create table ops.delivery as
    select
        'd1' as delivery_id, 'synergy' as source, 'accepted' as status,
        4::bigint as rows_read, 3::bigint as rows_accepted, 1::bigint as rows_rejected;
create table reference.ref_flag as
    select flag as flag_code, 'school_age' as population_code, true as is_on
    from (values ('attendance'), ('sen')) f (flag);

create table intermediate.int_children_delivered as
    from (values ('U1', 'c1'), ('U2', 'c2')) t (identity_id, child_durable_key);
create table intermediate.int_registrations_delivered as
    from (values ('c1', '8384001'), ('c2', '8384002')) t (child_durable_key, school_id);
create table intermediate.int_schools_delivered as
    from (values
        ('8384001', null, null, null, null),
        ('8384002', null, null, null, null),
        ('8384001', 'P1', 'Z1', date '2000-01-01', date '9999-12-31'),
        ('8384002', 'P2', 'Z2', date '2000-01-01', date '9999-12-31')
    ) t (school_id, pyramid_code, zone_code, valid_from_date, valid_to_date);

create table intermediate.int_populations as
    select 'school_age' as population_code, child_durable_key,
        date '{AS_OF}' as as_of_date from (values ('c1'), ('c2')) t (child_durable_key);
create table intermediate.int_main_registrations as
    from (values ('c1', '8384001', '8384001'), ('c2', '8384002', '8384002'))
        t (child_durable_key, school_id, school_durable_id),
        (values (date '2020-09-01', date '9999-12-31', date '{AS_OF}', null::date))
        u (start_date, end_date, last_recorded_date, last_present_date);

create table core.dim_child as
    select child as child_durable_key, true as is_current, date '2014-05-01' as birth_month, 'a1' as area_key
    from (values ('c1'), ('c2'), ('unknown')) t (child);
create table core.dim_area as select 'a1' as area_key, 3 as imd_decile;
create table core.brg_earlier_child__child (earlier_child_durable_key varchar, child_durable_key varchar);
create table core.fct_link_summary as
    from (values ('family_matters', 'linked', 40), ('family_matters', 'not_linked', 10))
    t (source, link_status, links_count);
create table core.dim_school as
    from (values
        ('s1', '8384001', 'd1', 'BH1 1AA'), ('s2', '8384002', 'd2', null), ('unknown', 'unknown', 'unknown', null)
    ) t (school_key, school_id, todays_school_durable_key, postcode);
create table core.dim_zone as from (values ('z1', 'Z1'), ('z2', 'Z2'), ('unknown', 'unknown')) t (zone_key, zone_code);
create table core.dim_pyramid as from (values ('P1'), ('P2'), ('unknown')) t (pyramid_code);
create table core.dim_child_identity as select 'U1' as upn, 'One' as surname;
create table core.fct_enrolment as
    select *, date '2020-09-01' as valid_from_date, date '2026-03-01' as valid_to_date
    from (values ('c1', 's1'), ('c2', 's2')) t (child_durable_key, school_key);
create table core.fct_huddle_review as
    select 'c1' as child_durable_key, 's1' as school_key, date '2026-04-12' as huddle_date;
create table core.fct_response as
    select 'c2' as child_durable_key, 's2' as school_key, date '2020-07-21' as opened_date;
create table core.fct_flag_assessment as
    select
        'school_age' as population_code, child as child_key, child as child_durable_key, flag as flag_key,
        'r1' as flag_rule_key,
        's' || child[2] as school_key, 'z' || child[2] as zone_key, date '{AS_OF}' as as_of_date,
        case when child = 'c1' then 'raised' else 'not_raised' end as flag_state, null::varchar as reason_code,
        1.0 as value, 1.0 as threshold
    from (values ('c1'), ('c2')) c (child), (values ('attendance'), ('sen')) f (flag);

create table mart.mart_zone_dashboard as
    select
        zone as zone_code, zone = 'county' as is_county, flag as flag_code, date '{AS_OF}' as as_of_date,
        true as is_current, children as children_count, assessable as assessable_count, raised as raised_count,
        raised / assessable as raised_rate
    from (values ('Z1', 1, 1, 1), ('Z2', 1, 1, 0), ('county', 2, 2, 1)) z (zone, children, assessable, raised),
        (values ('attendance'), ('sen')) f (flag);
"""


def star() -> duckdb.DuckDBPyConnection:
    """The star in memory; every rule of the release suite holds of it."""
    connection = duckdb.connect()
    connection.execute(STAR)
    return connection


def published(path: Path, change: str = "") -> Path:
    """A release of the same star, in a file, changed by some SQL."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(STAR)
        connection.execute(change)
    return path


def judge(
    connection: duckdb.DuckDBPyConnection, previous: Path | None = None, accepted: dict[str, str] | None = None
) -> dict[str, CheckResult]:
    """The results of the release gate by rule, beside a release before if there is one."""
    if previous:
        connection.execute(f"attach '{previous}' as {BEFORE} (read_only)")
    results = check_release(connection, "run 1", date.fromisoformat(AS_OF), accepted)
    if previous:
        connection.execute(f"detach {BEFORE}")
    return {result.rule: result for result in results}
