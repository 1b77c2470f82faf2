"""Evaluates other rules with the very SQL of the build, on a connection that can only read it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration import suppression
from orchestration.build import compiled, database, dbt, engine, journal, partitions
from orchestration.build.engine import one_row
from orchestration.settings import Settings
from orchestration.what_if import rules

EVALUATION = "int_flags_evaluated"

CHANGES = """
create or replace temp table what_if_change as
with children as (
    select distinct child_durable_key, as_of_date, is_current, school_key from core.fct_flag_assessment
)

select
    children.as_of_date,
    children.is_current,
    children.child_durable_key,
    judged.flag_code,
    zones.place_name as zone_name,
    schools.place_name as school_name,
    coalesce(assessments.flag_state, 'off') as state_now,
    judged.flag_state as state_then,
    judged.value,
    judged.threshold as threshold_then
from judged
inner join children using (child_durable_key, as_of_date)
inner join core.dim_date as dates on children.as_of_date = dates.calendar_date and dates.is_assessment_date
inner join core.dim_place as schools on children.school_key = schools.school_key
inner join core.dim_place as zones on schools.zone_key = zones.zone_key and zones.place_type = 'zone'
left join core.dim_flag as flags on judged.flag_code = flags.flag_code
left join core.fct_flag_assessment as assessments
    on
        children.child_durable_key = assessments.child_durable_key
        and children.as_of_date = assessments.as_of_date
        and flags.flag_key = assessments.flag_key
where judged.flag_code in (select unnest($flags))
"""
"""Of a flag that is off nobody is raised now."""

COUNTS, STEP, SHOWN = (Path(__file__).with_name(f"{name}.sql").read_text() for name in ("counts", "step", "shown"))


@contextmanager
def evaluated(settings: Settings, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the temp tables what_if_change (child × flag × half term, as it is and as it would be) and
    what_if_shown (counts by place, None where a number is hidden by the rule of the current date).

    Nothing is written but temporary tables. Raises rules.WrongRules, or LookupError when there is no build.
    """
    if not settings.build_file.exists():
        raise LookupError(database.no_build(settings))
    with database.connect(settings, read_only=True) as connection:
        flags = rules.read(connection, file)
        variables = compiled.FOR_EVERY_DAY | {"flag_rules": rules.TRIED}
        # dbt makes the SQL of its tests as well.
        evaluation = dbt.compiled(settings, EVALUATION, variables)[f"model.early_help.{EVALUATION}"]
        day = journal.day_of_build(connection)
        connection.execute("set variable as_of_date = ?", [day])
        partitions.choose(connection, "as_of_date", "core.fct_flag_assessment", None)
        connection.execute(f"create or replace temp table judged as {evaluation}")
        connection.execute("delete from judged where not is_rule_in_force")
        connection.execute(CHANGES, {"flags": flags})
        count(connection, suppression.rule_of(connection, day, "reference"))
        yield connection


def count(connection: duckdb.DuckDBPyConnection, rule: suppression.Rule) -> None:
    """Make what_if_shown of what_if_change."""
    suppression.prepare(connection, rule)
    connection.execute(COUNTS)
    for step in ("now", "change"):
        connection.execute(f"set variable step = '{step}'")
        connection.execute(STEP)
        suppression.hide(connection)
        connection.execute(
            """
            insert into hidden
            select distinct getvariable('step'), tree, 0, place from school_count where is_hidden
            union all
            select getvariable('step'), tree, level, place from place_shown where is_hidden
            """
        )
    connection.execute(SHOWN)


def by_place(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """(flag, zone or None, school or None, raised now, raised then, gained, lost) on the current date.

    The county comes first, each zone before its schools. None stands for a number that is not told.
    """
    return connection.execute(
        """
        select flag_code, zone_name, school_name, raised_now, raised_then, gained, lost
        from what_if_shown
        where is_current
        order by flag_code, zone_name nulls first, school_name nulls first
        """
    ).fetchall()


def by_half_term(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """(flag, date, raised now, raised then, gained, lost) of the county, oldest first; None where it is not told."""
    return connection.execute(
        """
        select flag_code, as_of_date, raised_now, raised_then, gained, lost
        from what_if_shown
        where level = 3
        order by flag_code, as_of_date
        """
    ).fetchall()


def write_list(connection: duckdb.DuckDBPyConnection, file: Path) -> int:
    """Write who would be gained or lost on the current date, for whoever may see it; returns how many.

    The file is readable by its owner alone. Raises FileExistsError rather than write over another.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    query = """
        select child_durable_key, flag_code, zone_name, school_name, state_now, state_then, value, threshold_then
        from what_if_change
        where is_current and state_now <> state_then and (state_now <> 'off' or state_then = 'raised')
        order by all
    """
    connection.execute(f"copy ({query}) to '{engine.quoted(file)}' (format csv, header, use_tmp_file false)")
    return int(one_row(connection.execute(f"select count(*) from ({query})"))[0])
