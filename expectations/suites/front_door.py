"""What must hold of the front door's people, events and monthly totals."""

from expectations.suites.rules import CRITICAL, WARNING, Suite, none_of, rate_at_most, rows_within

SUITES = (
    Suite(
        name="front_door.people",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            none_of("columns_emptied", severity=WARNING),
            rate_at_most("rows_left_behind", 0.05, severity=CRITICAL),
        ),
    ),
    Suite(
        name="front_door.events",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            none_of("columns_emptied", severity=WARNING),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="front_door.totals",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            none_of("columns_emptied", severity=WARNING),
        ),
    ),
)
