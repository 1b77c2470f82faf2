"""What must hold of the families programme's workbook: households, their members, their needs."""

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
        name="family_matters.households",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("spells_backwards", severity=WARNING),
            *rows_within(),
            *mostly_unchanged(),
        ),
    ),
    Suite(
        name="family_matters.members",
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
        name="family_matters.needs",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
)
