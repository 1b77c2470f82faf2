"""From a request to an answer, one way for every page: session, access, release, page, audit, and only then the answer.

A page is a function of a `Visit` that returns a `Page`. It reaches data by `Visit.place` alone, which asks access.
"""

import logging
import secrets
import traceback
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import access, guard
from dashboard.access import School, Scope
from dashboard.published import ANALYSTS, NothingPublished, Published, Row, Tables
from dashboard.sessions import Session, Sessions
from dashboard.templating import render
from orchestration.home import as_of, invented, page_views
from orchestration.home.page_views import PageView
from orchestration.releases.store import Release
from orchestration.settings import Settings

COOKIE = "earlyhelp_session"
DEV_LOGIN = "dev-login"

log = logging.getLogger(__name__)


class NotFound(LookupError):
    """There is no such page, or none that this user may see: nobody is told which."""


class Forbidden(PermissionError):
    """A form that no page of ours sent in this session."""


@dataclass(frozen=True)
class Known:
    """What is looked up once for each release."""

    schools: dict[str, School]
    is_invented: bool
    sources_known_to_schools: frozenset[str]
    responses: dict[str, str]
    statuses: dict[str, str]
    tiers: dict[str, str]
    years: list[str]


@dataclass
class Site:
    """What all requests share. `day` is the day it is; None for the calendar's, with `is_dev_login` the release's."""

    settings: Settings
    published: Published
    sessions: Sessions
    is_dev_login: bool = False
    day: date | None = None
    is_secure: bool = False
    _known: dict[str, Known] = field(default_factory=dict)

    def today(self, release: Release) -> date:
        if not self.is_dev_login:
            return as_of.today()
        return self.day or date.fromisoformat(release.manifest["as_of_date"])

    def known(self, release: Release) -> Known:
        found = self._known.get(release.release_id)
        if found is None:
            with self.published.tables(release, ANALYSTS) as analysts:
                found = self._look_up(analysts)
            # Put in place as a whole: other requests look here at the same time, perhaps of another release.
            self._known = {release.release_id: found}
        return found

    def _look_up(self, analysts: Tables) -> Known:
        files = {row["sha256"] for row in analysts.rows("select sha256 from ops.delivery")}
        sources = analysts.rows("select source from reference.ref_source where is_known_to_school")
        responses = analysts.rows("select response_code, response_name from reference.ref_response")
        statuses = analysts.rows("select status_code, status_name from reference.ref_response_status")
        tiers = analysts.rows("select tier_code, tier_name from reference.ref_tier order by tier_order")
        years = analysts.rows("select nc_year from reference.ref_nc_year order by display_order")
        return Known(
            access.schools(analysts),
            invented.are_all(self.settings, files),
            frozenset(row["source"] for row in sources),
            {row["response_code"]: row["response_name"] for row in responses},
            {row["status_code"]: row["status_name"] for row in statuses},
            {row["tier_code"]: row["tier_name"] for row in tiers},
            [row["nc_year"] for row in years],
        )


@dataclass(frozen=True)
class Place:
    """A place that the user may see, and the tables by which they see it. A query gets the place's code as `$place`."""

    kind: str
    code: str
    name: str
    tables: Tables
    school: School | None = None

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        return self.tables.rows(sql, place=self.code, **parameters)

    def row(self, sql: str, **parameters: Any) -> Row | None:
        return self.tables.row(sql, place=self.code, **parameters)

    @property
    def audience(self) -> str:
        return self.tables.audience

    @property
    def is_of_analysts(self) -> bool:
        """Whether it is seen by the file of the whole county."""
        return self.audience == ANALYSTS

    @property
    def label(self) -> str:
        """As the log of views names it."""
        return "county" if self.kind == "county" else f"{self.kind}/{self.code}"


@dataclass
class Visit:
    """One request of somebody who has signed in, on one release."""

    site: Site
    request: Request
    session: Session
    release: Release
    today: date
    scopes: list[Scope]
    known: Known
    analysts: Tables
    _opened: ExitStack

    @property
    def user_key(self) -> str:
        assert self.session.user_key, "a visit is somebody's"
        return self.session.user_key

    @property
    def schools(self) -> dict[str, School]:
        return self.known.schools

    @property
    def release_day(self) -> date:
        return date.fromisoformat(self.release.manifest["as_of_date"])

    @property
    def role_code(self) -> str:
        return self.scopes[0].role_code if self.scopes else ""

    def chosen(self, name: str, allowed: Collection[str], otherwise: str) -> str:
        """What the address says of a choice. Raises NotFound for one that there is not: all instead would mislead."""
        given = self.request.query_params.get(name) or otherwise
        if given != otherwise and given not in allowed:
            raise NotFound
        return given

    def may_see(self, kind: str, code: str) -> bool:
        return access.audience_of(self.scopes, self.schools, kind, code) is not None

    def place(self, kind: str, code: str) -> Place:
        """A place with its tables, for as long as the request lasts. Raises NotFound for whoever may not see it."""
        audience = access.audience_of(self.scopes, self.schools, kind, code)
        if audience is None:
            raise NotFound
        try:
            tables = self._opened.enter_context(self.site.published.tables(self.release, audience))
        except LookupError:
            # There is a file only where there are children, and somebody could see them on the release's day.
            raise NotFound from None
        school = self.schools.get(code) if kind == "school" else None
        return Place(kind, code, self._name_of(kind, code), tables, school)

    def _name_of(self, kind: str, code: str) -> str:
        names = {("county", "county"): "County"}
        for one in self.schools.values():
            names["school", one.school_id] = one.school_name
            names["zone", one.zone_code or ""] = one.zone_name or ""
            names["pyramid", one.pyramid_code or ""] = one.pyramid_name or ""
        return names[kind, code]


@dataclass(frozen=True)
class Page:
    """What is shown. `title` stands in the browser's tab and history: it names places, never a child.

    A page about a `place` is written into the log of views before it is sent. `chosen` is what was filtered, sorted and
    paged by; `children_count` how many single children it tells of.
    """

    template: str
    title: str
    context: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None
    chosen: dict[str, str] = field(default_factory=dict)
    children_count: int | None = None
    child_durable_key: str | None = None
    status: int = 200


def shown(site: Site, name: str, make: Callable[[Visit], Page | Response]) -> Callable[[Request], Response]:
    """The endpoint of a page for those who have signed in; others are sent to sign in first."""

    def answer(request: Request) -> Response:
        with ExitStack() as opened:
            visit = _begin(site, request, opened)
            if isinstance(visit, Response):
                return visit
            page = make(visit)
            if isinstance(page, Response):
                return page
            html = page_html(site, request, page, visit)
            if page.place:
                _record(site, visit, name, page)
            return HTMLResponse(html, page.status)

    return lambda request: _safely(site, request, lambda: answer(request))


def open_to_all(site: Site, make: Callable[[Site, Request], Page | Response]) -> Callable[[Request], Response]:
    """The endpoint of a page that tells of nobody, for whoever asks."""

    def answer(request: Request) -> Response:
        page = make(site, request)
        return page if isinstance(page, Response) else HTMLResponse(page_html(site, request, page), page.status)

    return lambda request: _safely(site, request, lambda: answer(request))


def form_of(site: Site, body: bytes, request: Request) -> tuple[Session, dict[str, str]]:
    """The session and the fields of a form that was sent. Raises Forbidden unless a page of ours sent it in it."""
    session = site.sessions.find(request.cookies.get(COOKIE))
    fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if session is None or not guard.is_of_this_site(request):
        raise Forbidden
    if not guard.is_same(fields.get("form_token"), session.form_token):
        raise Forbidden
    return session, fields


def posted(
    site: Site, make: Callable[[Site, Request, Session, dict[str, str]], Response]
) -> Callable[[Request, bytes], Response]:
    """What answers a form."""
    return lambda request, body: _safely(site, request, lambda: make(site, request, *form_of(site, body, request)))


def set_cookie(site: Site, response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=site.is_secure, path="/")


def page_html(site: Site, request: Request, page: Page, visit: Visit | None = None) -> str:
    """A page as it is sent."""
    return render(
        page.template,
        title=page.title,
        path=request.url.path,
        visit=visit,
        place=page.place,
        is_dev_login=site.is_dev_login,
        **page.context,
    )


def signed_in_session(site: Site, request: Request) -> Session | None:
    """The session of whoever has signed in by a way that is open."""
    session = site.sessions.find(request.cookies.get(COOKIE))
    if session is None or session.user_key is None:
        return None
    return session if site.is_dev_login and session.signed_in_by == DEV_LOGIN else None


def _begin(site: Site, request: Request, opened: ExitStack) -> Visit | Response:
    session = signed_in_session(site, request)
    if session is None:
        return RedirectResponse("/sign-in", 303)
    release = site.published.in_force()
    known = site.known(release)
    if site.is_dev_login and not known.is_invented:
        raise NotFound
    today = site.today(release)
    analysts = opened.enter_context(site.published.tables(release, ANALYSTS))
    scopes = access.scopes(analysts, today, session.user_key)
    return Visit(site, request, session, release, today, scopes, known, analysts, opened)


def _record(site: Site, visit: Visit, name: str, page: Page) -> None:
    assert page.place, "only a page about a place is recorded"
    page_views.record(
        site.settings,
        PageView(
            viewed_by=visit.user_key,
            role_code=visit.role_code,
            page=name,
            place=page.place.label,
            release_id=visit.release.release_id,
            chosen=page.chosen,
            children_count=page.children_count,
            child_durable_key=page.child_durable_key,
        ),
    )


def _safely(site: Site, request: Request, make: Callable[[], Response]) -> Response:
    """Turn whatever goes wrong into a page that tells nothing of what was asked, and log where, never what."""
    try:
        return make()
    except NotFound:
        page = not_found()
    except Forbidden:
        page = Page("forbidden.html", "This form could not be taken", status=403)
    except NothingPublished:
        page = Page("unavailable.html", "Nothing is published yet", {"number": None}, status=503)
    except Exception as problem:
        number = secrets.token_hex(4)
        # A message may repeat a value; the lines where it happened cannot.
        frames = reversed(traceback.extract_tb(problem.__traceback__))
        places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
        log.error("%s: %s at %s", number, type(problem).__name__, places)
        if isinstance(problem, OSError):
            page = Page("unavailable.html", "Nothing can be shown at the moment", {"number": number}, status=503)
        else:
            page = Page("failed.html", "Something went wrong", {"number": number}, status=500)
    return HTMLResponse(page_html(site, request, page), page.status)


def not_found() -> Page:
    return Page("not_found.html", "Page not found", status=404)
