"""The rules to try: a CSV in the form of seeds/reference/ref_flag_rule.csv, checked, beside the rules as they are."""

from pathlib import Path

import duckdb

from orchestration.build.engine import one_row

TRIED = "temp.what_if_rule"
"""The table that takes the place of reference.ref_flag_rule; beside it stand what takes that of ref_flag_rule_age, and
a copy of ref_flag."""

OF_PUPILS = "population_code = 'school_age'"
"""Of which flags rules can be tried: those of young people ask yes or no, and are counted at no school."""

TYPES = {
    "flag_code": "varchar",
    "rule_id": "varchar",
    "version": "integer",
    "valid_from_date": "date",
    "valid_to_date": "date",
    "measure": "varchar",
    "comparator": "varchar",
    "threshold": "decimal(9, 4)",
    "strong_threshold": "decimal(9, 4)",
    "minimum_sessions": "integer",
    "maximum_age_days": "integer",
    "age_from": "integer",
    "age_to": "integer",
    "owner": "varchar",
    "reason": "varchar",
}
AGES = """
create or replace temp table what_if_rule_age as
select tried.rule_id, tried.version, ages.evidence_code, ages.maximum_age_days
from what_if_rule as tried
inner join todays_rule as today using (flag_code)
left join reference.ref_flag_rule as kept on tried.rule_id = kept.rule_id and tried.version = kept.version
inner join reference.ref_flag_rule_age as ages
    on
        coalesce(kept.rule_id, today.rule_id) = ages.rule_id
        and coalesce(kept.version, today.version) = ages.version
where tried.maximum_age_days is not distinct from coalesce(kept.maximum_age_days, today.maximum_age_days)
"""
"""A version that is tried as it is keeps its ages by kind of evidence, another has those of today's rule; one that says
how old evidence may be says it of all kinds."""
COMPARATORS = (">=", ">", "<=", "<", "=")


class WrongRules(ValueError):
    """The file cannot be tried; the message names row, column and remedy."""


def read(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    """Make the table of rules to try from `file` and the build's own; returns the flags the file is about.

    A flag that the file names is judged by the file's rows alone, on every date. A column that is missing or blank is
    as in today's rule of the flag; without dates a row holds for all time. A file about flags that are off, and no
    other, tries them as if they were on. Raises WrongRules.
    """
    try:
        connection.execute(
            "create or replace temp table what_if_file as select *, row_number() over () + 1 as _row "
            "from read_csv(?, header = true, all_varchar = true, strict_mode = true)",
            [str(file)],
        )
    except duckdb.Error as error:
        raise WrongRules(f"{file} cannot be read as CSV: {str(error).splitlines()[0]}") from None
    present = [name for name, *_ in connection.execute("describe what_if_file").fetchall() if name != "_row"]
    if unknown := [name for name in present if name not in TYPES]:
        raise WrongRules(f"{file} has a column {unknown[0]} that no rule has. Columns of a rule: {', '.join(TYPES)}.")
    for name in ("flag_code", "threshold"):
        if name not in present:
            raise WrongRules(f"{file} has no column {name}. The least is: flag_code,threshold")
    # Nobody is judged by the rule of a flag that is off, and a copy of the seed has it: tried where it stands alone.
    off = f"flag_code in (select flag_code from reference.ref_flag where not is_on or not ({OF_PUPILS}))"
    if connection.execute(f"select count(*) from what_if_file where not coalesce({off}, false)").fetchone() != (0,):
        connection.execute(f"delete from what_if_file where {off}")
    _check_population(connection, file)
    _check(connection, file, present)
    chosen = ", ".join(
        f"coalesce(try_cast(file.{name} as {kind}), {_default(name, kind)}) as {name}"
        if name in present
        else f"{_default(name, kind)} as {name}"
        for name, kind in TYPES.items()
    )
    connection.execute(
        f"""
        create or replace temp table what_if_rule as
        select {", ".join(TYPES)} from reference.ref_flag_rule
        where flag_code not in (select flag_code from what_if_file)
        union all
        select {chosen}
        from what_if_file as file
        inner join todays_rule as today using (flag_code)
        """
    )
    connection.execute(AGES)
    connection.execute(
        "create or replace temp table what_if_rule_flag as "
        "select * replace (is_on or flag_code in (select flag_code from what_if_file) as is_on) from reference.ref_flag"
    )
    _check_dates(connection, file)
    return [flag for (flag,) in connection.execute("select distinct flag_code from what_if_file order by 1").fetchall()]


def _default(name: str, kind: str) -> str:
    fixed = {
        "flag_code": "file.flag_code",
        "version": "file._row::integer",
        "valid_from_date": "date '1900-01-01'",
        "valid_to_date": "date '9999-12-31'",
        "rule_id": "'what_if'",
        "owner": "null::varchar",
        "reason": "null::varchar",
    }
    return fixed.get(name, f"today.{name}::{kind}")


def _check(connection: duckdb.DuckDBPyConnection, file: Path, present: list[str]) -> None:
    connection.execute(
        """
        create or replace temp table todays_rule as
        select * from reference.ref_flag_rule
        where
            flag_code in (select flag_code from reference.ref_flag where is_on)
            or flag_code in (select flag_code from what_if_file)
        qualify row_number() over (partition by flag_code order by valid_to_date desc, valid_from_date desc) = 1
        """
    )
    codes = connection.execute("select flag_code from todays_rule order by flag_code").fetchall()
    known = ", ".join(code for (code,) in codes)
    measures = ", ".join(
        m for (m,) in connection.execute("select distinct measure from todays_rule order by 1").fetchall()
    )
    youngest, oldest = one_row(connection.execute("select min(age_from), max(age_to) from todays_rule"))
    wrong = {
        "flag_code": ("coalesce(flag_code, '') not in (select flag_code from todays_rule)", f"choose one of {known}"),
        "threshold": ("try_cast(threshold as decimal(9, 4)) is null", "write a number, a rate as 0.10"),
        "comparator": (f"comparator not in {COMPARATORS}", f"choose one of {' '.join(COMPARATORS)}"),
        "measure": (
            "measure not in (select measure from todays_rule)",
            f"only what is measured can be tried: {measures}",
        ),
        "age_from": (f"try_cast(age_from as integer) < {youngest}", f"nobody below {youngest} is measured"),
        "age_to": (f"try_cast(age_to as integer) > {oldest}", f"nobody above {oldest} is measured"),
    }
    for name, kind in TYPES.items():
        unreadable = (f"{name} is not null and try_cast({name} as {kind}) is null", f"write {_in_words(kind)}")
        for condition, remedy in [unreadable, *([wrong[name]] if name in wrong else [])]:
            if name not in present:
                continue
            found = connection.execute(
                f"select _row, {name} from what_if_file where {condition} order by _row limit 1"
            ).fetchall()
            for row, value in found:
                raise WrongRules(f"{file}, row {row}, column {name}: {value or 'nothing'} – {remedy}.")
    if connection.execute("select count(*) from what_if_file").fetchone() == (0,):
        raise WrongRules(f"{file} has no rows: there is nothing to try.")


def _check_population(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    asked = f"""
        select flag_code from what_if_file inner join reference.ref_flag using (flag_code)
        where not ({OF_PUPILS}) order by flag_code limit 1
    """
    for (flag,) in connection.execute(asked).fetchall():
        raise WrongRules(
            f"{file} names {flag}, which is asked of young people after Year 11: yes or no, and counted at no school. "
            "Only rules about pupils can be tried; a council's folder turns it on, in a home to try it in."
        )


def _in_words(kind: str) -> str:
    return {"date": "a date as 2026-09-01", "integer": "a whole number"}.get(kind, "a number")


def _check_dates(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    overlapping = connection.execute(
        """
        select flag_code, valid_from_date
        from temp.what_if_rule
        qualify valid_from_date < lag(valid_to_date) over (partition by flag_code order by valid_from_date)
        """
    ).fetchall()
    for flag, day in overlapping:
        raise WrongRules(
            f"{file}, column valid_from_date: on {day} two rules of {flag} hold. Let one end where the next begins."
        )
