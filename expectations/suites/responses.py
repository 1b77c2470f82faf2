"""What must hold of the log of responses: nothing lost since the delivery before, children who are known."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    mostly_unchanged,
    rate_of,
    rows_within,
    set_aside,
)

SUITES = (
    Suite(
        name="responses.events",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            *rows_within(),
            rate_of("pupils_unknown", severity=WARNING),
            *birth_dates_agree(),
            *mostly_unchanged(),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
)
