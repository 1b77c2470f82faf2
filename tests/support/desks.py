"""A browser at the dashboard, where people sit down: each at a tab of their own."""

from dataclasses import dataclass

from tests.support.browser import Browser, Tab
from tests.support.dashboards import Dashboard


@dataclass(frozen=True)
class Desk:
    dashboard: Dashboard
    browser: Browser

    def tab(self, user: str | None = None) -> Tab:
        """A tab in which a user has signed in, by their key; or nobody yet."""
        tab = self.browser.tab(f"http://127.0.0.1:{self.dashboard.port}")
        if user:
            assert tab.open("/sign-in") == 200
            assert tab.click(f'button[value="{user}"]') == 200
        return tab

    def of(self, role: str) -> Tab:
        """A tab of the first user of a role who may see something."""
        return self.tab(self.dashboard.user(role))
