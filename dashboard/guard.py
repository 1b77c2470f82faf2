"""What every answer carries and every request must show, whatever page it is of."""

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: by that a browser hides from us where a form comes from, too.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
NOT_KEPT = "no-store"
KEPT_BY_BROWSERS = "private, max-age=3600"
STATIC = "/static/"
LONGEST_FORM = 16 * 1024


class Headers:
    """Puts the headers of safety on every answer. Only what tells of nobody, styles, may be kept by a browser."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                is_style = scope["path"].startswith(STATIC) and message["status"] in (200, 304)
                headers["cache-control"] = KEPT_BY_BROWSERS if is_style else NOT_KEPT
            await send(message)

        await self.app(scope, receive, send_with_headers)


def is_of_this_site(request: Request) -> bool:
    """Whether a form was sent by a page of this site: browsers say where each form comes from."""
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and (origin.scheme, origin.netloc) == (request.url.scheme, request.headers.get("host"))


def is_same(given: str | None, wanted: str) -> bool:
    """Compare two secrets in the time that it takes for any two."""
    return hmac.compare_digest((given or "").encode(), wanted.encode())
