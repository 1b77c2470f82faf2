"""What must hold of the daily marks of a school: its own days, no day ahead, nobody lost since the file before."""

from expectations.suites.rules import CRITICAL, WARNING, Suite, none_of, pupils_of_a_day_at_least, rate_at_most

SUITES = (
    Suite(
        name="attendance_daily.marks",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("upn_check_letter_wrong", 0.02, severity=CRITICAL),
            # A stray row would speak for a whole day of another school.
            none_of("rows_of_another_school", severity=CRITICAL),
            none_of("days_ahead", severity=CRITICAL),
            none_of("days_swapped", severity=CRITICAL),
            none_of("days_back", severity=WARNING),
            pupils_of_a_day_at_least(0.5),
            rate_at_most("days_out_of_term", 0.0, severity=WARNING),
            rate_at_most("marks_missing", 0.02, severity=WARNING),
            rate_at_most("pupils_unknown", 0.02, severity=WARNING),
        ),
    ),
)
