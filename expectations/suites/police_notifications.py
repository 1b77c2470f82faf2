"""What must hold of the notifications that the police send."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    mostly_unchanged,
    rate_of,
    rows_within,
    set_aside,
)

SUITES = (
    Suite(
        name="police_notifications.notifications",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("received_before_incident", severity=WARNING),
            rate_of("notice_without_grade", severity=WARNING),
        ),
    ),
)
