"""What must hold of every delivery, whatever its source: that there is something in it."""

from expectations.suites.rules import CRITICAL, Suite, at_least_one, none_of

SUITE = Suite(
    name="delivery",
    rules=(
        at_least_one("rows_read", severity=CRITICAL),
        at_least_one("rows_accepted", severity=CRITICAL),
        none_of("short_tables", severity=CRITICAL),
    ),
)
