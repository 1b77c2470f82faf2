"""Forms of the dashboard as a browser sends them, and what is filled in of a response."""

import re

from tests.support.dashboards import Dashboard
from tests.support.visitors import Answer, Visitor

OPENED = {"response_code": "one_to_one", "status_code": "new", "agency_code": "health", "is_lead": "yes"}
REVIEWED = {
    "response_code": "monitor",
    "status_code": "progress",
    "current_progress": "up",
    "overall_progress": "green",
}
DAY = {"event_date-day": "25", "event_date-month": "6", "event_date-year": "2026"}
KEY = re.compile(r"/response/([0-9a-f]{32})/review")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden(page: Answer) -> dict[str, str]:
    """What a form carries beside what is filled in: of the last form of the page."""
    return dict(HIDDEN.findall(page.text[page.text.rindex("<form method") :]))


def without_response(dashboard: Dashboard) -> tuple[str, str]:
    """A school whose staff may see it, and the address of the page of a child about whom nothing was entered."""
    school, child = dashboard.rows(
        """
        select list.school_id, list.child_durable_key
        from mart.mart_child_list as list
        inner join core.dim_school as schools on list.school_durable_key = schools.school_durable_key
        inner join core.brg_user__scope as users on schools.school_key = users.school_key
        where
            users.has_access and users.role_code = 'school' and schools.is_current
            and list.child_durable_key not in (select child_durable_key from core.fct_response)
        order by all
        limit 1
        """
    )[0]
    return str(school), f"/school/{school}/child/{child}"


def checked(visitor: Visitor, address: str, **given: str) -> Answer:
    """The page that asks to check the answers of a form that was filled in."""
    form = visitor.get(address)
    assert form.status == 200, form.words
    return visitor.post(address, **hidden(form) | DAY | given, step="check")


def saved(visitor: Visitor, address: str, **given: str) -> Answer:
    check = checked(visitor, address, **given)
    assert "Check your answers" in check.words, check.words
    return visitor.post(address, **hidden(check), step="save")
