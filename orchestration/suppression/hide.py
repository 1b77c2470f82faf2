"""Hides small numbers in trees of places, and with them whatever would let them be worked out."""

from pathlib import Path

import duckdb

from orchestration.build.engine import one_row
from orchestration.suppression.rule import Rule

SAFETY, HIDDEN_SCHOOLS, ROUND, REMAINDERS = (
    Path(__file__).with_name(f"{name}.sql").read_text() for name in ("safety", "hidden_schools", "round", "remainders")
)
PYRAMID, ZONE, COUNTY = 1, 2, 3


def prepare(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Make the macros that judge sums by this rule."""
    for name, value in vars(rule).items():
        connection.execute(f"set variable {name} = {value}")
    connection.execute(SAFETY)


def hide(connection: duckdb.DuckDBPyConnection) -> None:
    """Set `is_hidden` in the temp tables school_count and place_shown until nothing hidden can be worked out.

    school_count: tree, place, pyramid_code, zone_code (null where none), place_order, raised, not_raised,
    not_assessable, block and is_block_broken (see safety.sql), is_hidden, is_known (told already, so it hides nothing).
    A school has a row for each number that is told of it; they are hidden together, and each has a block of its own.
    place_shown: tree, level (1 pyramid, 2 zone, 3 county), place, is_hidden. What is hidden stays hidden. Places are
    hidden from the bottom up: the county is the last to go.
    """
    connection.execute(HIDDEN_SCHOOLS)
    connection.execute(
        """
        update school_count set is_hidden = true
        where (tree, place) in (
            select (tree, place) from school_count where not is_safe_sum(raised, not_raised, not_assessable)
        )
        """
    )
    while True:
        for level in (PYRAMID, ZONE, COUNTY):
            connection.execute(f"set variable level = {level}")
            while _is_unsafe(connection):
                connection.execute(ROUND)
                _give_up(connection)
        connection.execute(REMAINDERS)
        if not _give_up(connection):
            break


def _is_unsafe(connection: duckdb.DuckDBPyConnection) -> bool:
    connection.execute(
        """
        create or replace temp table groups_now as
        select tree, holder as place, 'as it is' as choice, block, is_block_broken, raised, not_raised,
            not_assessable
        from hidden_school
        where holder_level = getvariable('level')
        """
    )
    connection.execute(
        "create or replace temp table unsafe as select tree, place from judged('groups_now') where not is_safe"
    )
    return bool(one_row(connection.execute("select count(*) > 0 from unsafe"))[0])


def _give_up(connection: duckdb.DuckDBPyConnection) -> bool:
    connection.execute(
        """
        update school_count set is_hidden = true
        from given_up
        where given_up.level = 0 and given_up.tree = school_count.tree and given_up.place = school_count.place
        """
    )
    connection.execute(
        """
        update place_shown set is_hidden = true
        from given_up
        where
            given_up.level = place_shown.level
            and given_up.tree = place_shown.tree
            and given_up.place = place_shown.place
        """
    )
    return bool(one_row(connection.execute("select count(*) > 0 from given_up"))[0])
