"""What must hold of the yearly return of education, health and care plans.

A row whose days cannot be so is told of and taken: it may be true, and the authority has returned it.
"""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    none_of,
    rate_of,
    rows_within,
    set_aside,
)

READ = (
    rate_of("rejected_row", severity=CRITICAL),
    set_aside(),
    rate_of("unknown_code", severity=CRITICAL),
    none_of("columns_emptied", severity=WARNING),
)
BELONGS = rate_of("rows_without_reference", severity=CRITICAL)
"""The files are of one export: those of two number their rows otherwise, and nothing of one is known in the other."""

SUITES = (
    Suite(name="sen2.people", rules=(*READ, *birth_dates_agree(), *rows_within())),
    Suite(
        name="sen2.requests",
        rules=(*READ, BELONGS, *rows_within(), rate_of("outcomes_before_requests", severity=WARNING)),
    ),
    Suite(name="sen2.assessments", rules=(*READ, BELONGS)),
    Suite(
        name="sen2.named_plans",
        rules=(
            *READ,
            BELONGS,
            *rows_within(),
            rate_of("plans_ceased_before_start", severity=WARNING),
            rate_of("plans_ceased_without_reason", severity=WARNING),
        ),
    ),
    Suite(name="sen2.plan_details", rules=(*READ, BELONGS)),
    Suite(name="sen2.active_plans", rules=(*READ, BELONGS, *rows_within())),
    Suite(name="sen2.placements", rules=(*READ, BELONGS)),
    Suite(name="sen2.needs", rules=(*READ, BELONGS)),
)
