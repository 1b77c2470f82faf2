"""From a request to an answer, one way for every page: session, access, release, page, audit, then the answer."""

import logging
import re
import secrets
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import access, guard, notes
from dashboard.published import ANALYSTS, NothingPublished
from dashboard.sessions import Session
from dashboard.site import DEV_LOGIN, Forbidden, NotFound, NotSignedIn, OlderRelease, Page, Site, Visit
from dashboard.templating import render, screen_of
from orchestration.home import page_views
from orchestration.home.page_views import PageView

log = logging.getLogger(__name__)

OURS = re.compile(r"[\w-]{0,60}", re.ASCII)
"""What a form of ours carries unseen, and the journal keeps: no words can come in by it."""


def shown(site: Site, name: str, make: Callable[[Visit], Page | Response]) -> Callable[[Request], Response]:
    """The endpoint of a page for those who have signed in; others are sent to sign in first."""

    def answer(request: Request) -> Response:
        with ExitStack() as opened:
            visit = _begin(site, request, opened)
            page = make(visit)
            if isinstance(page, Response):
                return page
            html = page_html(site, request, page, visit)
            if page.place:
                _record(site, visit, name, page)
            return HTMLResponse(html, page.status)

    return lambda request: _safely(site, request, lambda: answer(request))


def entered(
    site: Site, name: str, make: Callable[[Visit, dict[str, str]], Page | Response]
) -> Callable[[Request, bytes], Response]:
    """What answers a form: a page like any other, or where it leads to.

    A form that was filled in while the session ended is kept, for its author to find after signing in again.
    """

    def answer(request: Request, body: bytes) -> Response:
        token = request.cookies.get(site.cookie)
        fields = fields_of(body)
        session = site.sessions.find(token) or site.sessions.find_ended(token)
        _check(site, request, session, fields)
        if not all(OURS.fullmatch(fields.get(name, "")) for name in ("form_id", "seen")):
            raise Forbidden
        with ExitStack() as opened:
            try:
                visit = _begin(site, request, opened)
            except NotSignedIn:
                if session and session.user_key and request.path_params.get("child") not in site.erased:
                    site.drafts.keep(session.user_key, request.url.path, _kept_of(site, fields))
                raise
            page = make(visit, fields)
            if isinstance(page, Response):
                return page
            html = page_html(site, request, page, visit)
            if page.place:
                _record(site, visit, name, page)
            return HTMLResponse(html, page.status)

    return lambda request, body: _safely(site, request, lambda: answer(request, body))


def open_to_all(site: Site, make: Callable[[Site, Request], Page | Response]) -> Callable[[Request], Response]:
    """The endpoint of a page that tells of nobody, for whoever asks."""

    def answer(request: Request) -> Response:
        page = make(site, request)
        return page if isinstance(page, Response) else HTMLResponse(page_html(site, request, page), page.status)

    return lambda request: _safely(site, request, lambda: answer(request))


def open_to_all_and_known(
    site: Site, make: Callable[[Site, Request, Visit | None], Page]
) -> Callable[[Request], Response]:
    """The same for a page that tells whoever has signed in more: others are not asked to."""

    def answer(request: Request) -> Response:
        with ExitStack() as opened:
            try:
                visit = _begin(site, request, opened)
            except (NotSignedIn, NothingPublished, OlderRelease):
                visit = None
            page = make(site, request, visit)
            return HTMLResponse(page_html(site, request, page, visit), page.status)

    return lambda request: _safely(site, request, lambda: answer(request))


def form_of(site: Site, body: bytes, request: Request) -> tuple[Session, dict[str, str]]:
    """The session and the fields of a form that was sent. Raises Forbidden unless a page of ours sent it in it."""
    session, fields = site.sessions.find(request.cookies.get(site.cookie)), fields_of(body)
    return _check(site, request, session, fields), fields


def fields_of(body: bytes) -> dict[str, str]:
    """The fields of a form, the first value of each."""
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _kept_of(site: Site, fields: dict[str, str]) -> dict[str, str]:
    """What is kept of a form that came after its session: no note while the council has none."""
    try:
        are_on = site.known(site.published.in_force()).notes.is_on
    except (NothingPublished, OlderRelease):
        are_on = False
    return fields if are_on else notes.without(fields)


def _check(site: Site, request: Request, session: Session | None, fields: dict[str, str]) -> Session:
    if session is None or not guard.is_of_this_site(request, site.address):
        raise Forbidden
    if not guard.is_same(guard.unmasked(fields.get("form_token")), session.form_secret):
        raise Forbidden
    return session


def posted(
    site: Site, make: Callable[[Site, Request, Session, dict[str, str]], Response]
) -> Callable[[Request, bytes], Response]:
    """What answers a form."""
    return lambda request, body: _safely(site, request, lambda: make(site, request, *form_of(site, body, request)))


def set_cookie(site: Site, response: Response, token: str) -> None:
    response.set_cookie(site.cookie, token, httponly=True, samesite="lax", secure=site.is_secure, path="/")


def page_html(site: Site, request: Request, page: Page, visit: Visit | None = None) -> str:
    """A page as it is sent."""
    return render(
        page.template,
        title=page.title,
        path=request.url.path,
        visit=visit,
        place=page.place,
        screen=screen_of(page.template),
        is_dev_login=site.is_dev_login,
        **page.context,
    )


def _begin(site: Site, request: Request, opened: ExitStack) -> Visit:
    session = site.sessions.find(request.cookies.get(site.cookie))
    if session is None or session.user_key is None:
        raise NotSignedIn
    if site.is_dev_login != (session.signed_in_by == DEV_LOGIN):
        raise NotSignedIn
    release = site.published.in_force()
    known = site.known(release)
    if site.is_dev_login and not known.is_invented:
        raise NotFound
    today = site.today(release)
    analysts = opened.enter_context(site.published.tables(release, ANALYSTS))
    if not site.is_dev_login:
        issuer, _, sign_in_key = session.signed_in_by.partition(" ")
        # An account that was taken off the list, or an issuer that is trusted no more, ends what they began.
        if issuer not in site.providers or access.user_of(analysts, sign_in_key) != session.user_key:
            raise NotSignedIn
    everybody = site.access(release, today, analysts)
    return Visit(site, request, session, release, today, everybody, known, analysts, site.journal.events, opened)


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
    except NotSignedIn:
        return RedirectResponse(sign_in_address(request.url.path, request.url.query), 303)
    except NotFound:
        page = not_found()
    except Forbidden:
        page = Page("forbidden.html", "This form could not be taken", status=403)
    except OlderRelease:
        page = Page(
            "unavailable.html",
            "Nothing can be shown until the next release",
            {"number": None, "is_older": True, "is_form": False},
            status=503,
        )
    except NothingPublished:
        context = {"number": None, "is_older": False, "is_form": False}
        page = Page("unavailable.html", "Nothing is published yet", context, status=503)
    except Exception as problem:
        number = secrets.token_hex(4)
        # A message may repeat a value; the lines where it happened cannot.
        frames = reversed(traceback.extract_tb(problem.__traceback__))
        places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
        log.error("%s: %s at %s", number, type(problem).__name__, places)
        if isinstance(problem, OSError):
            is_form = request.method == "POST"
            page = Page(
                "unavailable.html",
                "It could not be saved" if is_form else "Nothing can be shown at the moment",
                {"number": number, "is_older": False, "is_form": is_form},
                status=503,
            )
        else:
            page = Page("failed.html", "Something went wrong", {"number": number}, status=500)
    return HTMLResponse(page_html(site, request, page), page.status)


def sign_in_address(path: str, query: str = "") -> str:
    """The page that asks who it is, and leads back to an address of this site afterwards."""
    leads_to = f"{path}?{query}" if query else path
    return "/sign-in" if leads_to == "/" else f"/sign-in?to={quote(leads_to, safe='/')}"


def not_found() -> Page:
    return Page("not_found.html", "Page not found", status=404)
