"""Forms of the dashboard as a browser sends them, and what is filled in of a response."""

import re

from tests.support.visitors import Answer

OPENED = {"response_code": "one_to_one", "status_code": "new", "agency_code": "health", "is_lead": "yes"}
REVIEWED = {
    "response_code": "monitor",
    "status_code": "progress",
    "current_progress": "up",
    "overall_progress": "green",
}
DAY = {"event_date-day": "25", "event_date-month": "6", "event_date-year": "2026"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden(page: Answer) -> dict[str, str]:
    """What a form carries beside what is filled in: of the last form of the page."""
    return dict(HIDDEN.findall(page.text[page.text.rindex("<form method") :]))
