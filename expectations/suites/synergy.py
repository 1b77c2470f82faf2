"""What must hold of the council's education system: full extracts of pupils, spells, provision and schools."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    none_of,
    rate_of,
    rows_dip,
    rows_within,
    says_what_it_said,
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
            *says_what_it_said(),
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
            *rows_within(),
            *says_what_it_said(),
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
            *rows_within(),
            *says_what_it_said(),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="synergy.schools",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            *rows_within(),
            *says_what_it_said(),
        ),
    ),
)
