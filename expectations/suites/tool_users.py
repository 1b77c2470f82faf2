"""What must hold of the lists of users and of their use: nobody lost, nobody unknown, nothing in months to come.

Whoever is unknown, or has no scope, sees nothing whatever a gate says: `brg_user__scope` denies by default. So these
warn, for a list that was turned away would leave in force an older one, with access that has ended since. Half a list
stops all the same: its users would be locked out, and it is more likely to be cut off than to be true.
"""

from expectations.suites.rules import CRITICAL, WARNING, Suite, mostly_unchanged, none_of, rate_of, rows_within

SUITES = (
    Suite(
        name="tool_users.users",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            none_of("users_lost", severity=WARNING),
            none_of("user_roles_unknown", severity=WARNING),
            none_of("users_without_scope", severity=WARNING),
        ),
    ),
    Suite(
        name="tool_users.scopes",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            none_of("users_not_registered", severity=WARNING),
            none_of("scopes_unknown", severity=WARNING),
        ),
    ),
    Suite(
        name="tool_users.clearances",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            none_of("users_not_registered", severity=WARNING),
        ),
    ),
    Suite(
        name="tool_users.sign_ins",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            none_of("users_not_registered", severity=WARNING),
            none_of("sign_ins_shared", severity=WARNING),
        ),
    ),
    Suite(
        name="tool_users.use",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            none_of("months_ahead", severity=CRITICAL),
            none_of("users_not_registered", severity=WARNING),
            none_of("use_after_access_ended", severity=WARNING),
        ),
    ),
)
