"""What must hold of the front door's people, events and monthly totals."""

from expectations.suites.rules import CRITICAL, Suite, rate_at_most, rows_within, says_what_it_said, set_aside_at_most

SUITES = (
    Suite(
        name="front_door.people",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            *says_what_it_said(),
            rate_at_most("rows_left_behind", 0.05, severity=CRITICAL),
        ),
    ),
    Suite(
        name="front_door.events",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            *says_what_it_said(),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="front_door.totals",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            # With day and month exchanged every month is a January.
            rate_at_most("month_not_on_its_first_day", 0.0, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            *says_what_it_said(),
        ),
    ),
)
