"""The application: which address is which page."""

from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard import guard
from dashboard.answers import entered, not_found, open_to_all, open_to_all_and_known, page_html, posted, shown
from dashboard.pages import (
    about,
    accounts,
    admin,
    area,
    child,
    children,
    deciding,
    help,
    huddle,
    outcomes,
    partner,
    planning,
    pyramid,
    response,
    school,
    signing_in,
    tickets,
    tour,
    training,
)
from dashboard.site import CAME_BACK, Page, Site, Visit

NAMES = ["127.0.0.1", "localhost"]

PAGES: dict[str, tuple[str, Callable[[Visit], Page | Response]]] = {
    "/": ("home", about.home),
    "/places": ("places", about.places),
    "/why": ("why", about.why),
    "/session": ("session", about.session),
    "/admin": ("admin", admin.admin),
    "/tickets": ("tickets", tickets.tickets),
    "/training/done": ("trainings done", training.everybody),
    "/training/film/{training}": ("film", training.film),
    "/partner": ("partner_zones", partner.zones),
    "/partner/{zone}": ("partner", partner.zone),
    "/county": ("county", area.county),
    "/county/outcomes": ("outcomes", outcomes.outcomes),
    "/zone/{zone}": ("zone", area.zone),
    "/pyramid/{pyramid}": ("pyramid", pyramid.pyramid),
    "/school/{school}": ("school", school.school),
    "/school/{school}/children": ("children", children.children),
    "/school/{school}/child/{child}": ("child", child.child),
    "/school/{school}/huddle": ("huddle", huddle.huddle),
    "/school/{school}/huddle/{huddle}/minutes": ("minutes", huddle.minutes),
}
"""Pages for those who have signed in, by address, with the name that the log of views knows them by."""


FORMS: dict[str, tuple[str, Callable[[Visit], Page | Response], Callable[[Visit, dict[str, str]], Page | Response]]] = {
    "/school/{school}/child/{child}/open": ("open a response", response.ask, response.answer),
    "/school/{school}/child/{child}/response/{response}/{does}": ("enter outcomes", response.ask, response.answer),
    "/school/{school}/child/{child}/event/{event}/{does}": ("correct an entry", response.ask, response.answer),
    "/school/{school}/huddle/plan": ("plan a huddle", planning.ask, planning.answer),
    "/school/{school}/huddle/{huddle}/{does}": ("plan a huddle", planning.ask, planning.answer),
    "/school/{school}/huddle/{huddle}/child/{child}": ("a child at a huddle", deciding.ask, deciding.answer),
    "/school/{school}/huddle/{huddle}/child/{child}/open": ("open a response", response.ask, response.answer),
    "/school/{school}/huddle/{huddle}/child/{child}/response/{response}/{does}": (
        "enter outcomes",
        response.ask,
        response.answer,
    ),
    "/tickets/ask": ("ask for help", tickets.ask, tickets.send),
    "/tickets/{ticket}": ("ticket", tickets.ticket, tickets.act),
    "/tour": ("tour", tour.tour, tour.mark),
    "/training": ("training", training.training, training.mark),
}
"""Pages with a form, by address: their name in the log, the page that asks, and what is done with what was sent."""


def make(site: Site, proxy: str | None = None) -> Starlette:
    """The application on a site; behind a `proxy` only what comes from that address is let in."""
    routes: list[BaseRoute] = [Route(path, shown(site, *page), methods=["GET"]) for path, page in PAGES.items()]
    for path, (name, ask, answer) in FORMS.items():
        routes.append(Route(path, shown(site, name, ask), methods=["GET"]))
        routes.append(Route(path, _form(entered(site, name, answer)), methods=["POST"]))
    routes += [
        Route("/sign-in", open_to_all(site, signing_in.ask), methods=["GET"]),
        Route("/sign-in", _form(posted(site, signing_in.sign_in)), methods=["POST"]),
        Route("/sign-in/with/{issuer}", open_to_all(site, accounts.go), methods=["GET"]),
        Route(f"{CAME_BACK}/{{issuer}}", open_to_all(site, accounts.come_back), methods=["GET"]),
        Route("/sign-out", _form(posted(site, signing_in.sign_out)), methods=["POST"]),
        Route("/accessibility", open_to_all(site, about.accessibility), methods=["GET"]),
        Route("/privacy", open_to_all(site, about.privacy), methods=["GET"]),
        Route("/help", open_to_all_and_known(site, help.screens), methods=["GET"]),
        Route("/help/{screen}", open_to_all_and_known(site, help.screen), methods=["GET"]),
        Route("/healthz", _is_well(site), methods=["GET"]),
        Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
        Mount("/films", StaticFiles(directory=training.FILMS)),
    ]

    names = NAMES + ([site.sign_in.host] if site.sign_in else [])

    def refused(request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        page = not_found()
        return HTMLResponse(page_html(site, request, page), status)

    return Starlette(
        routes=routes,
        middleware=[
            Middleware(guard.Headers),
            *([Middleware(guard.BehindProxy, proxy=proxy)] if proxy else []),
            Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
            # The highest level takes four times as long for a quarter less.
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=3),
        ],
        exception_handlers={HTTPException: refused},
    )


def _form(answer: Callable[[Request, bytes], Response]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > guard.LONGEST_FORM:
                return PlainTextResponse("The form is too long.", 413)
        return await run_in_threadpool(answer, request, body)

    return endpoint


def _is_well(site: Site) -> Callable[[Request], Response]:
    """For whoever watches the service: whether a release is in force and its file is read. Tells nothing of it."""

    def answer(request: Request) -> Response:
        try:
            with site.published.tables(site.published.in_force(), "analyst") as analysts:
                analysts.rows("select 1 from ops.release")
        except Exception:
            return PlainTextResponse("no release can be read\n", 503)
        return PlainTextResponse("ok\n")

    return answer
