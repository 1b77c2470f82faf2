"""What must hold of the School Census, one school's XML and a whole authority's blocks alike."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    none_of,
    rate_at_most,
    rows_within,
    school_rolls_at_least,
    schools_covered_at_least,
    schools_returned_at_least,
    set_aside_at_most,
)

SUITES = (
    Suite(
        name="school_census.pupils",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("upn_check_letter_wrong", 0.02, severity=CRITICAL),
            rate_at_most("birth_date_outside_nc_year", 0.05, severity=WARNING),
            *birth_dates_agree(),
            rate_at_most("sexes_disagree", 0.02, severity=WARNING),
            none_of("columns_emptied", severity=WARNING),
            *rows_within(0.8, 1.25),
            *school_rolls_at_least(0.75, 0.95, beside_low=0.75, beside_dip=0.9),
            rate_at_most("pupils_on_two_rolls", 0.1, severity=WARNING),
            *schools_covered_at_least(0.98),
            none_of("schools_lost", severity=CRITICAL),
        ),
    ),
    Suite(name="school_census.pupils", each="period", rules=(schools_returned_at_least(1),)),
    Suite(
        name="school_census.sessions",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("retired_code", 0.0, severity=WARNING),
            rate_at_most("sessions_exceed_possible", 0.01, severity=WARNING),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.fsm_periods",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.sen_needs",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.exclusions",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.addresses",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
)
