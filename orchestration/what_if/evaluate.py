"""Evaluates other rules with the very SQL of the build, on a connection that can only read it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import compiled, database, dbt, engine, journal
from orchestration.build.engine import one_row
from orchestration.settings import Settings
from orchestration.what_if import rules

EVALUATION = "int_flags_evaluated"

CHANGES = """
create or replace temp table what_if_change as
select
    assessments.as_of_date,
    assessments.is_current,
    assessments.child_durable_key,
    flags.flag_code,
    zones.place_name as zone_name,
    schools.place_name as school_name,
    assessments.flag_state as state_now,
    judged.flag_state as state_then,
    judged.value,
    judged.threshold as threshold_then
from core.fct_flag_assessment as assessments
inner join core.dim_date as dates on assessments.as_of_date = dates.calendar_date and dates.is_assessment_date
inner join core.dim_flag as flags using (flag_key)
inner join core.dim_place as schools on assessments.school_key = schools.school_key
inner join core.dim_place as zones on schools.zone_key = zones.zone_key and zones.place_type = 'zone'
inner join judged
    on
        assessments.child_durable_key = judged.child_durable_key
        and assessments.as_of_date = judged.as_of_date
        and flags.flag_code = judged.flag_code
where flags.flag_code in (select unnest($flags))
"""

SHOWN = ("raised_now", "gained", "lost")
"""What is told of a place. How many would be raised follows from the three, and is told where all of them are."""

COUNTS = """
count(*) filter (where state_now = 'raised') as raised_now,
count(*) filter (where state_then = 'raised') as raised_then,
count(*) filter (where state_then = 'raised' and state_now <> 'raised') as gained,
count(*) filter (where state_now = 'raised' and state_then <> 'raised') as lost
"""


@contextmanager
def evaluated(settings: Settings, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the temp table what_if_change: child × flag × half term, as it is and as it would be.

    Nothing is written but temporary tables. Raises rules.WrongRules, or LookupError when there is no build.
    """
    if not settings.build_file.exists():
        raise LookupError(f"There is no build in {settings.build}: run earlyhelp build first.")
    with database.connect(settings, read_only=True) as connection:
        flags = rules.read(connection, file)
        variables = compiled.FOR_EVERY_DAY | {"flag_rules": rules.TRIED}
        # dbt makes the SQL of its tests as well.
        evaluation = dbt.compiled(settings, EVALUATION, variables)[f"model.early_help.{EVALUATION}"]
        connection.execute("set variable as_of_date = ?", [journal.day_of_build(connection)])
        connection.execute(f"create or replace temp table judged as {evaluation}")
        connection.execute("delete from judged where not is_rule_in_force")
        connection.execute(CHANGES, {"flags": flags})
        yield connection


def smallest_told(connection: duckdb.DuckDBPyConnection) -> int:
    """Below which a count is not shown on the current date, by the rule of the open file. Raises LookupError."""
    found = connection.execute(
        """
        select rules.threshold
        from reference.ref_suppression_rule as rules
        inner join core.dim_date as dates
            on
                dates.is_current_assessment_date
                and dates.calendar_date >= rules.valid_from_date
                and dates.calendar_date < rules.valid_to_date
        """
    ).fetchall()
    if len(found) != 1:
        raise LookupError(
            f"seeds/reference/ref_suppression_rule.csv has {len(found)} rows for the current date, not one; correct "
            "valid_from_date and valid_to_date, and build."
        )
    return int(found[0][0])


def by_place(connection: duckdb.DuckDBPyConnection, small: int) -> list[tuple[Any, ...]]:
    """(flag, zone or None, school or None, raised now, raised then, gained, lost) on the current date.

    The county comes first, each zone before its schools. None stands for a number that is not shown.
    """
    return connection.execute(_suppressed(small)).fetchall()


def by_half_term(connection: duckdb.DuckDBPyConnection, small: int) -> list[tuple[Any, ...]]:
    """(flag, date, raised now, raised then, gained, lost) of the county, oldest first; small numbers are None."""
    return connection.execute(
        f"""
        with counted as (select flag_code, as_of_date, {COUNTS} from what_if_change group by all),
        marked as (select *, {", ".join(f"{_small(m, small)} as {m}_hidden" for m in SHOWN)} from counted)
        select flag_code, as_of_date, {TOLD}
        from marked
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
        where is_current and state_now <> state_then
        order by all
    """
    connection.execute(f"copy ({query}) to '{engine.quoted(file)}' (format csv, header, use_tmp_file false)")
    return int(one_row(connection.execute(f"select count(*) from ({query})"))[0])


TOLD = f"""
case when not raised_now_hidden then raised_now end as raised_now,
case when not ({" or ".join(f"{m}_hidden" for m in SHOWN)}) then raised_then end as raised_then,
case when not gained_hidden then gained end as gained,
case when not lost_hidden then lost end as lost
"""


def _small(measure: str, small: int) -> str:
    """Whether a number is too small to tell; gained and lost are too where they tell that few would be left or stay."""
    own = f"{measure} between 1 and {small - 1}"
    if measure == "raised_now":
        return f"({own})"
    few_stay = f" or raised_now - lost between 1 and {small - 1}" if measure == "lost" else ""
    return f"({own} or raised_then between 1 and {small - 1}{few_stay})"


def _suppressed(small: int) -> str:
    """Counts by place. A small number is left out, and with it enough of its neighbours that nobody can subtract:
    never one place alone of a zone or of the county, two schools of a zone that is itself left out, and always as many
    as are not small together. Places with somebody to hide go before those with nobody: a nought hides no one."""

    def level(source: str, place: str, within: str, parent: str | None) -> str:
        columns = ", ".join(
            f"{_small(m, small)} as {m}_small, "
            f"count(*) filter (where {_small(m, small)}) over (partition by {within}) as {m}_smalls, "
            f"row_number() over (partition by {within} order by {order(m, place)}) as {m}_rank, "
            f"coalesce(sum({m}) over (partition by {within} order by {order(m, place)} "
            f"rows between unbounded preceding and 1 preceding), 0) as {m}_hidden_before"
            for m in SHOWN
        )
        hidden = ", ".join(
            f"(ranked.{m}_smalls > 0{f' or {parent}.{m}_hidden' if parent else ''}) "
            f"and (ranked.{m}_small or ranked.{m}_rank <= 2 or ranked.{m}_hidden_before < {small}) as {m}_hidden"
            for m in SHOWN
        )
        join = f"inner join {parent} using (flag_code, zone_name)" if parent else ""
        return f"select ranked.*, {hidden} from (select *, {columns} from {source}) as ranked {join}"

    def order(measure: str, place: str) -> str:
        return f"{_small(measure, small)} desc, {measure} = 0, {measure}, {place}"

    return f"""
    with current_changes as (select * from what_if_change where is_current),
    schools_counted as (select flag_code, zone_name, school_name, {COUNTS} from current_changes group by all),
    zones_counted as (select flag_code, zone_name, {COUNTS} from current_changes group by all),
    counties_counted as (select flag_code, {COUNTS} from current_changes group by all),
    zones as ({level("zones_counted", "zone_name", "flag_code", None)}),
    schools as ({level("schools_counted", "school_name", "flag_code, zone_name", "zones")}),
    counties as (
        select *, {", ".join(f"{_small(m, small)} as {m}_hidden" for m in SHOWN)} from counties_counted
    ),
    told as (
        select flag_code, null as zone_name, null as school_name, {TOLD} from counties
        union all
        select flag_code, zone_name, null as school_name, {TOLD} from zones
        union all
        select flag_code, zone_name, school_name, {TOLD} from schools
    )
    select * from told
    order by flag_code, zone_name nulls first, school_name nulls first
    """
