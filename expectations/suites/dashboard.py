"""What must hold of the dashboard's own entries: nothing lost since last time, codes it offered, known children."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    mostly_unchanged,
    rate_of,
    rows_within,
)

ABOUT_CHILDREN = (
    rate_of("rejected_row", severity=CRITICAL),
    rate_of("unknown_code", severity=CRITICAL),
    rate_of("upn_check_letter_wrong", severity=CRITICAL),
    *rows_within(),
    rate_of("pupils_unknown", severity=WARNING),
    *birth_dates_agree(),
    *mostly_unchanged(),
)

SUITES = (
    Suite(name="dashboard.response_events", rules=ABOUT_CHILDREN),
    Suite(
        name="dashboard.huddle_events",
        rules=(rate_of("rejected_row", severity=CRITICAL), *rows_within(), *mostly_unchanged()),
    ),
    Suite(name="dashboard.huddle_child_events", rules=ABOUT_CHILDREN),
)
