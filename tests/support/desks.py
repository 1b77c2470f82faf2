"""A browser at the dashboard, where people sit down: each at a tab of their own."""

from dataclasses import dataclass
from typing import Any

from dashboard.site import TOUR
from tests.support.browser import Browser, Tab
from tests.support.dashboards import Dashboard


@dataclass(frozen=True)
class Desk:
    dashboard: Dashboard
    browser: Browser

    def tab(self, user: str | None = None) -> Tab:
        """A tab in which a user has signed in, by their key, and not for the first time; or nobody yet."""
        tab = self.browser.tab(f"http://127.0.0.1:{self.dashboard.port}")
        if user:
            self.dashboard.site.trainings.set_aside(user, TOUR)
            assert tab.open("/sign-in") == 200
            assert tab.click(f'button[value="{user}"]') == 200
        return tab

    def of(self, role: str) -> Tab:
        """A tab of the first user of a role who may see something."""
        return self.tab(self.dashboard.user(role))


def focused(tab: Tab) -> Any:
    """What has the focus: where it leads, what it is called, or what it is."""
    return tab.run(
        "document.activeElement.getAttribute('href') || document.activeElement.id || document.activeElement.tagName"
    )


def tab_to(tab: Tab, what: str, at_most: int = 80) -> None:
    """Press Tab until something has the focus; each time it can be seen where that is."""
    for _ in range(at_most):
        tab.press("Tab")
        where = tab.run("""(() => {
            const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
            const ring = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
            return [ring, box.bottom > 0 && box.top < innerHeight, e.outerHTML.slice(0, 100)];
        })()""")
        assert where[0] and where[1], f"the focus is not seen: {where[2]}"
        if focused(tab) == what:
            return
    raise AssertionError(f"{what} was not reached by the keyboard; at {focused(tab)}")
