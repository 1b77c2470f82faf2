"""For those who run the tool and see no child: what is asked, who loses access soon, who has none, who uses it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from dashboard.access import Scope
from dashboard.site import NotFound, Page, Visit
from orchestration.home import audit, page_views

SOON_DAYS = 30
MONTHS = 12
"""As many months of use are shown, the newest first."""

TAKE_UP = f"""
    select
        use_month, is_month_complete, registered_users_count, users_with_access_count, active_users_count,
        active_without_access_count, schools_count, schools_using_count, schools_using_rate, not_known_reason_name
    from mart.mart_take_up
    where place_type = 'county'
    order by use_month desc
    limit {MONTHS}
"""


@dataclass
class Use:
    """Of one role at one place within one month: who looked, and at how many pages."""

    month: date
    role: str
    place: str
    users: set[str] = field(default_factory=set)
    pages: int = 0


def admin(visit: Visit) -> Page:
    """Access and its end, and take-up, for whoever runs the tool. Raises NotFound for everybody else."""
    if not visit.is_administrator:
        raise NotFound
    everybody = [scope for scopes in visit.access.values() for scope in scopes]
    return Page(
        "admin.html",
        "Access and use",
        {
            "soon_days": SOON_DAYS,
            "ending": ending(everybody, visit.today),
            "without": sorted(
                (scope for scope in everybody if not scope.has_access and not scope.is_administrator),
                key=lambda scope: (scope.reason or "", scope.place_name, scope.user_key),
            ),
            "take_up": visit.analysts.rows(TAKE_UP),
            "uses": uses(visit),
            "in_hand": visit.site.tickets.in_hand(),
        },
    )


def ending(everybody: list[Scope], today: date) -> list[Scope]:
    """Who has access today and within the next days no longer, the first to lose it first."""
    last = today + timedelta(days=SOON_DAYS)
    soon = [scope for scope in everybody if scope.has_access and scope.until_date and scope.until_date < last]
    return sorted(soon, key=lambda scope: (scope.until_date, scope.place_name, scope.user_key))


def uses(visit: Visit) -> list[Use]:
    """What the log of views says of each month, by the role and the places that its users have today."""
    found: dict[tuple[date, str, str], Use] = {}
    for line in audit.read(page_views.log_of(visit.site.settings)):
        month = page_views.day_of(line).replace(day=1)
        scopes = visit.access.get(line["viewed_by"])
        places = [(scope.role_name, scope.place_name) for scope in scopes or []]
        for role, place in places or [(line["role_code"], "On the lists no longer")]:
            use = found.setdefault((month, role, place), Use(month, role, place))
            use.users.add(line["viewed_by"])
            use.pages += 1
    months = sorted({month for month, _, _ in found}, reverse=True)[:MONTHS]
    shown = [use for use in found.values() if use.month in months]
    return sorted(shown, key=lambda use: (-use.month.toordinal(), use.role, use.place))
