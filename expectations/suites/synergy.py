"""What must hold of the council's education system: full extracts of pupils, spells, provision and schools."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    mostly_unchanged,
    none_of,
    rate_of,
    rows_dip,
    rows_within,
    school_rolls,
    schools_covered,
    set_aside,
)

SUITES = (
    Suite(
        name="synergy.pupils",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rows_dip(),
            rate_of("rows_left_behind", severity=CRITICAL),
            *birth_dates_agree(),
            rate_of("sexes_disagree", severity=WARNING),
        ),
    ),
    Suite(
        name="synergy.enrolments",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("spells_backwards", severity=WARNING),
            *rows_within(),
            *mostly_unchanged(),
            rows_dip(),
            *school_rolls(),
            *schools_covered(),
            none_of("schools_lost", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="synergy.sen",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("spells_ahead", severity=WARNING),
            rate_of("spells_backwards", severity=WARNING),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="synergy.schools",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            *rows_within(),
            none_of("rows_gone", severity=WARNING),
            *mostly_unchanged(),
        ),
    ),
)
