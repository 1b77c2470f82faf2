"""Writes the open file: counts of children that anybody may have, with what would tell of a child hidden."""

from pathlib import Path
from typing import Any

import duckdb

from orchestration import suppression
from orchestration.build import engine
from orchestration.build.engine import one_row, quoted
from orchestration.releases.audience_files import STORAGE_VERSION
from orchestration.releases.describe import describe_release
from orchestration.settings import Settings

COUNTS, BEFORE, ANY, TABLES = (
    Path(__file__).with_name(f"{name}.sql").read_text() for name in ("counts", "before", "any", "tables")
)


def write(settings: Settings, target: Path, release_row: dict[str, Any], before: Path | None) -> dict[str, int]:
    """Write the open file of the build to `target`, a new file; returns rows by table.

    `before` is the open file that was given out last, or None where there was none: what it hides stays hidden, and
    nothing may follow from the two together. `release_row` becomes the one row of ops.release. Raises LookupError when
    ref_suppression_rule has not one row for the release's as-of date, RuntimeError when the counts are no tree of
    places.
    """
    with engine.connect(settings) as connection:
        connection.execute(f"attach '{quoted(settings.build_file)}' as build (read_only)")
        connection.execute(f"attach '{quoted(target)}' as release (storage_version '{STORAGE_VERSION}')")
        rule = suppression.rule_of(connection, release_row["as_of_date"], "build.reference")
        suppression.begin(connection, rule)
        connection.execute(COUNTS)
        _expect_trees(connection)
        if before is not None:
            connection.execute(f"attach '{quoted(before)}' as before (read_only)")
            connection.execute(BEFORE)
            connection.execute("detach before")
        _hide(connection)
        connection.execute(TABLES)
        _describe_copies(connection)
        describe_release(connection, "release", release_row)
        rows = _rows(connection)
        connection.execute("detach release")
    return rows


def _expect_trees(connection: duckdb.DuckDBPyConnection) -> None:
    """Counts that do not add up as places hold one another would be hidden wrongly."""
    wrong = connection.execute(
        """
        with sums as (
            select
                as_of_date,
                flag_code,
                unnest([1, 2, 3]) as level,
                unnest([pyramid_code, zone_code, 'county']) as place,
                children_count,
                assessable_count,
                raised_count
            from school_flag
        )

        select 1 as turn, 'school ' || place || ' has another number of children by another flag' as message, as_of_date
        from school_flag
        group by place, as_of_date
        having count(distinct children_count) > 1

        union all

        select 2, 'pyramid ' || pyramid_code || ' lies in more than one zone', as_of_date
        from school_flag
        where pyramid_code is not null
        group by pyramid_code, as_of_date
        having count(distinct coalesce(zone_code, '')) > 1

        union all

        select 3, ['pyramid ', 'zone ', ''][level] || place || ' is not the sum of its schools', as_of_date
        from (
            select level, place, flag_code, as_of_date, sum(children_count), sum(assessable_count), sum(raised_count)
            from sums
            where place is not null
            group by all
        ) as summed (level, place, flag_code, as_of_date, children_count, assessable_count, raised_count)
        full join (from place_flag where level > 0) as places using (level, place, flag_code, as_of_date)
        where
            places.children_count is distinct from summed.children_count
            or places.assessable_count is distinct from summed.assessable_count
            or places.raised_count is distinct from summed.raised_count
        order by all
        limit 1
        """
    ).fetchone()
    if wrong:
        raise RuntimeError(
            f"Open file: on {wrong[2]} {wrong[1]}, so nothing can be hidden safely. Nothing was published. Correct "
            "the map, or the counts of core.fct_flag_place; the dbt tests assert_a_pyramid_lies_in_one_zone, "
            "assert_places_are_counted_as_their_schools and assert_every_child_has_every_flag_on_every_date say more."
        )


def _hide(connection: duckdb.DuckDBPyConnection) -> None:
    for step in suppression.STEPS:
        suppression.hide_step(connection, step)
        if step == "raised":
            connection.execute(ANY)


def _describe_copies(connection: duckdb.DuckDBPyConnection) -> None:
    statements = connection.execute(
        """
        select
            'comment on table release.open_data.' || copied.open_table || ' is '''
            || replace(sources.comment, '''', '''''') || ''''
        from copied
        inner join duckdb_tables() as sources
            on
                sources.database_name = 'build'
                and copied.source_schema = sources.schema_name
                and copied.source_table = sources.table_name
        where sources.comment is not null

        union all

        select
            'comment on column release.open_data.' || copied.open_table || '.' || opened.column_name || ' is '''
            || replace(sources.comment, '''', '''''') || ''''
        from copied
        inner join duckdb_columns() as opened
            on opened.database_name = 'release' and copied.open_table = opened.table_name
        inner join duckdb_columns() as sources
            on
                sources.database_name = 'build'
                and copied.source_schema = sources.schema_name
                and copied.source_table = sources.table_name
                and opened.column_name = sources.column_name
        where sources.comment is not null
        """
    ).fetchall()
    for (statement,) in statements:
        connection.execute(statement)


def _rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'release' order by all"
    ).fetchall()
    return {
        f"{schema}.{table}": one_row(connection.execute(f"select count(*) from release.{schema}.{table}"))[0]
        for schema, table in tables
    }
