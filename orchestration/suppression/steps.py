"""Hides three numbers of a place in turn: what one step hides, the next hides too, and what was told before is known.

The children, who of them is raised, who could be assessed; or referrals, who of them came back, of whom it is known.
"""

from pathlib import Path

import duckdb

from orchestration.suppression.hide import hide, prepare
from orchestration.suppression.rule import Rule

STEP, STEP_TABLES = (Path(__file__).with_name(f"{name}.sql").read_text() for name in ("step", "step_tables"))
STEPS = ("children", "raised", "assessable")


def begin(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Make the macros that judge by this rule, and the temp tables `hidden` and `before_count`, empty.

    before_count: what the release before told, in the same steps, by the levels of `hide`; to be filled where there was
    one. The caller makes step_count: step, flag_code, as_of_date, place, pyramid_code, zone_code, raised, not_raised,
    not_assessable, told and is_nobody_assessable, of each place that is told by itself.
    """
    prepare(connection, rule)
    connection.execute(STEP_TABLES)


def hide_step(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    """Add to `hidden` what must be hidden in a step, at each level. Steps are taken in their order."""
    step_before = dict(zip(STEPS, ("", *STEPS), strict=False))[step]
    connection.execute(f"set variable step = '{step}'")
    connection.execute(f"set variable step_before = '{step_before}'")
    connection.execute(STEP)
    hide(connection)
    connection.execute(
        """
        insert into hidden
        select getvariable('step'), flag_code, as_of_date, 0, place from school_count where is_hidden
        union all
        select getvariable('step'), flag_code, as_of_date, level, place from place_shown where is_hidden
        """
    )
