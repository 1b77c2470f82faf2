"""What must hold of the council's education system: full extracts of pupils, spells, provision and schools."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    none_of,
    rate_at_most,
    rows_dip_to_at_least,
    rows_within,
    says_what_it_said,
    school_rolls_at_least,
    schools_covered_at_least,
    set_aside_at_most,
)

SUITES = (
    Suite(
        name="synergy.pupils",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("upn_check_letter_wrong", 0.02, severity=CRITICAL),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
            rows_dip_to_at_least(0.95),
            rate_at_most("rows_left_behind", 0.05, severity=CRITICAL),
            *birth_dates_agree(),
            rate_at_most("sexes_disagree", 0.02, severity=WARNING),
        ),
    ),
    Suite(
        name="synergy.enrolments",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
            rows_dip_to_at_least(0.95),
            *school_rolls_at_least(0.75, 0.95, beside_low=0.75, beside_dip=0.9),
            *schools_covered_at_least(0.98),
            none_of("schools_lost", severity=CRITICAL),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="synergy.sen",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("spells_ahead", 0.02, severity=WARNING),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="synergy.schools",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
        ),
    ),
)
