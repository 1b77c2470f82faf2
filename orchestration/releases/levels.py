"""How much of each source an audience's files hold, as ref_source_audience says: the one place that keeps to it.

A level is kept where a file is filled: `relation` is what a table's rows are taken from. Pages read these files alone.
At `agency` of a flag is said that it is up, since when and whose word it is; at `nothing` it is in no row and in no
column. What was made of several flags together is made again of what the audience may see, by the statements that made
the build, or is left empty. Below `detail` the tables that are a source's own (ref_source_table) are empty. Where an
audience sees all of every source nothing is done, and its files are copies of the build.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

Table = tuple[str, str]
"""Schema and name."""

EVIDENCE = frozenset(
    [
        "value",
        "threshold",
        "unit",
        "is_strong",
        "reason_code",
        "reason",
        "age_days",
        "covers_from_date",
        "covers_to_date",
        "delivery_id",
        "contract",
        "extract_date",
        "file_name",
        "explanation",
        "measure",
        "rule_id",
        "rule_version",
        "rule_reason",
        "strong_date",
        "strong_known_date",
        "value_before",
        "value_after",
        "value_change",
        "comparable_value_change",
        "earlier_value",
        "earlier_unit",
        "earlier_reason_code",
        "cause",
    ]
)
"""Columns of a child's flag that say what it rests on: blank at `agency`."""
EVIDENCE_KEYS = {"delivery_key": "'unknown'", "covers_from_date_key": "0", "covers_to_date_key": "0"}
"""The same of columns that point to a dimension: there they have its unknown member."""

MADE_AGAIN = {
    ("core", "fct_child_tier"): "model.early_help.fct_child_tier",
    ("core", "fct_child_decision"): "model.early_help.fct_child_decision",
    ("mart", "mart_child_list"): "model.early_help.mart_child_list",
    ("mart", "mart_huddle_agenda"): "model.early_help.mart_huddle_agenda",
}
"""Tables of single children that are made of their flags together, each after those it reads: their statements."""
OF_ALL_FLAGS: frozenset[Table] = frozenset(
    {
        ("core", "fct_need_level_share"),
        ("core", "fct_need_level_summary"),
        ("mart", "mart_outcome"),
        ("mart", "mart_post16_outcome"),
        ("mart", "mart_pyramid_need"),
        ("mart", "mart_pyramid_profile"),
        ("mart", "mart_surprise"),
    }
)
"""Tables that count all flags together: empty for whoever may know nothing of one."""
DETAIL: dict[Table, dict[str, str]] = {
    ("mart", "mart_child_list"): {
        "last_assessment_name": "attainment",
        "last_assessment_date": "attainment",
        "is_fsm_ever": "school_census",
        "is_young_carer": "school_census",
    }
}
"""Columns that are a source's detail among others that are not."""


@dataclass(frozen=True)
class Levels:
    """What is withheld from an audience: keys by flag of which it is told the agency alone, or nothing; sources of
    which it sees no detail, and the tables that are such detail. All are empty where it sees everything.
    """

    audience_code: str
    stated: dict[str, str]
    hidden: dict[str, str]
    summaries: dict[str, str]
    undetailed: frozenset[str]
    empty: frozenset[Table]
    is_made_again: bool
    """Whether what is made of flags together could tell more than may be known: of flags that are counted together, of
    children at school. A partner sees none of it."""

    def sees(self, column: str) -> bool:
        """Whether a column may be in the file at all: that of a flag's state is not where the flag is hidden."""
        return column not in {f"{flag}_state" for flag in self.hidden}

    def may_be_blank(self, column: str) -> bool:
        """Whether a column that is never null in the build may be so here."""
        return bool(self.stated) and column in EVIDENCE


def read(connection: duckdb.DuckDBPyConnection, audience_code: str, is_partner: bool) -> Levels:
    """The levels of an audience in the build, which `connection` has attached as `build`.

    A source that has no row, or is no source of the council's, is at `nothing`; a flag is where the strictest of its
    sources is, and one without a source nowhere.
    """
    orders = dict(connection.execute("select level_code, level_order from build.reference.ref_source_level").fetchall())
    by_source = dict(
        connection.execute(f'select source, "{audience_code}" from build.reference.ref_source_audience').fetchall()
    )
    flags = connection.execute(
        """
        select
            names.flag_code, names.flag_key, names.is_summary, names.population_code, coalesce(list(sources.source), [])
        from build.core.dim_flag as names
        left join build.reference.ref_flag_source as sources using (flag_code)
        where names.flag_key <> 'unknown'
        group by all
        """
    ).fetchall()
    level_of = {
        flag: min((orders[by_source.get(source, "nothing")] for source in sources), default=0)
        for flag, _, is_summary, _, sources in flags
        if not is_summary
    }
    keys = {flag: key for flag, key, *_ in flags}
    undetailed = frozenset(source for source, level in by_source.items() if orders[level] < orders["detail"])
    tables = connection.execute(
        "select distinct schema_name, table_name from build.reference.ref_source_table where list_contains(?, source)",
        [sorted(undetailed)],
    ).fetchall()
    hidden = {flag: keys[flag] for flag, level in level_of.items() if level < orders["agency"]}
    stated = {flag: keys[flag] for flag, level in level_of.items() if orders["agency"] <= level < orders["measure"]}
    counted_together = {population for _, _, is_summary, population, _ in flags if is_summary}
    together = {
        flag for flag, _, is_summary, population, _ in flags if not is_summary and population in counted_together
    }
    is_short = not together.isdisjoint(hidden)
    return Levels(
        audience_code,
        stated,
        hidden,
        {flag: keys[flag] for flag, _, is_summary, *_ in flags if is_summary and is_short},
        undetailed,
        frozenset(tables) | (OF_ALL_FLAGS if is_short else frozenset()),
        not together.isdisjoint(hidden | stated) and not is_partner,
    )


def relation(levels: Levels, database: str, table: Table, columns: list[str]) -> str:
    """SQL of what stands for a table of a database, `columns` its own: the table itself where nothing is withheld."""
    schema, name = table
    if levels.is_made_again and table in MADE_AGAIN and database == "build":
        database = _made(levels)
    whole = f'{database}.{schema}."{name}"'
    if table in levels.empty:
        return f"(select * from {whole} where false)"
    blank = {
        column: f"null as {column}"
        for column, source in DETAIL.get(table, {}).items()
        if column in columns and source in levels.undetailed
    }
    away: list[str] = []
    gone = levels.hidden | levels.summaries
    for column, away_here, stated_here in (
        ("flag_key", gone.values(), levels.stated.values()),
        ("flag_code", gone.keys(), levels.stated.keys()),
    ):
        if column not in columns:
            continue
        if away_here:
            away.append(f"({column} in ({_listed(away_here)})) is not true")
        if (stated := _listed(stated_here)) and "child_durable_key" in columns:
            blank |= {
                name: f'case when ({column} in ({stated})) is not true then "{name}" else {unknown} end as "{name}"'
                for name, unknown in ({name: "null" for name in EVIDENCE} | EVIDENCE_KEYS).items()
                if name in columns
            }
    if not blank and not away:
        return whole
    replaced = f" replace ({', '.join(blank.values())})" if blank else ""
    return f"(select *{replaced} from {whole} where {' and '.join(away) or 'true'})"


def make_again(
    connection: duckdb.DuckDBPyConnection,
    levels: Levels,
    statements: Mapping[str, str],
    columns: Mapping[Table, list[str]],
    day: date,
) -> None:
    """Make the tables of `MADE_AGAIN` for an audience, of what it may see of the tables that they are made of.

    `statements` are those that made the build, by the name of their node; `columns` those of its tables; `day` its day.
    """
    connection.execute("set variable as_of_date = $day", {"day": day})
    connection.execute(f"attach ':memory:' as {_made(levels)}")
    for table, node in MADE_AGAIN.items():
        schema, name = table
        connection.execute(f"create schema if not exists {_made(levels)}.{schema}")
        # Whole rows of what is decided and planned, and what is emptied for a reader, still count towards what it sees.
        sql = re.sub(
            r'"?\w+"?\."(core|mart|reference)"\."(\w+)"',
            lambda found: _seen(levels, (found[1], found[2]), columns),
            statements[node],
        )
        connection.execute(f'create table {_made(levels)}.{schema}."{name}" as {sql}')


def _seen(levels: Levels, table: Table, columns: Mapping[Table, list[str]]) -> str:
    if table in levels.empty:
        return f'build.{table[0]}."{table[1]}"'
    return relation(levels, "build", table, columns[table])


def _made(levels: Levels) -> str:
    return f"made_again_{levels.audience_code}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
