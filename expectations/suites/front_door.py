"""What must hold of the front door's people, events and monthly totals."""

from expectations.suites.rules import (
    CRITICAL,
    Suite,
    mostly_unchanged,
    rate_of,
    rows_within,
    set_aside,
)

SUITES = (
    Suite(
        name="front_door.people",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("rows_left_behind", severity=CRITICAL),
        ),
    ),
    Suite(
        name="front_door.events",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="front_door.totals",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            # With day and month exchanged every month is a January.
            rate_of("month_not_on_its_first_day", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
        ),
    ),
)
