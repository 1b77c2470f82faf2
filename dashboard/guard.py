"""What every answer carries and every request must show, whatever page it is of."""

import base64
import hmac
import re
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
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
STATIC = ("/static/", "/films/")
LONGEST_FORM = 16 * 1024
LONGEST_ADDRESS = 500
LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this site: what begins with two slashes, or with what a browser takes for one, is another's."""


class Headers:
    """Puts the headers of safety on every answer. Only what tells of nobody, styles and films, may a browser keep."""

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


class BehindProxy:
    """Lets in what a proxy hands on that ends TLS, and nothing that comes by another way.

    The proxy says whose request it is, in the last place of X-Forwarded-For: what stands before it is the client's own
    word. Whoever watches the service asks /healthz of this machine without a proxy.
    """

    def __init__(self, app: ASGIApp, proxy: str) -> None:
        self.app = app
        self._proxy = proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/healthz":
            request = Request(scope)
            client = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
            is_proxy = request.client is not None and request.client.host == self._proxy
            if not is_proxy or not client or request.headers.get("x-forwarded-proto") != "https":
                refused = PlainTextResponse("This site is reached by its proxy alone, and that by https.", 403)
                await refused(scope, receive, send)
                return
            scope = {**scope, "client": (client, 0)}
        await self.app(scope, receive, send)


def is_of_this_site(request: Request, address: str | None) -> bool:
    """Whether a form was sent by a page of this site: browsers say where each form comes from.

    `address` is the site's own; None where it is the name that the request came to.
    """
    return is_here(request, request.headers.get("origin", ""), address)


def is_here(request: Request, origin: str, address: str | None) -> bool:
    """Whether an origin is this site's."""
    return bool(urlsplit(origin).netloc) and origin == (
        address or f"{request.url.scheme}://{request.headers.get('host')}"
    )


def masked(secret: str) -> str:
    """A secret as a page shows it, another each time: of a page that is compressed the length tells nothing of it.

    Pages are compressed, and some say again what their address said. Whoever can have a browser open addresses and see
    how long the answers are could else guess, letter by letter, what else stands in them.
    """
    plain = secret.encode()
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + bytes(a ^ b for a, b in zip(pad, plain, strict=True))).decode()


def unmasked(shown: str | None) -> str:
    """The secret of what a page showed; something that is none for anything else."""
    try:
        content = base64.b64decode((shown or "").encode(), altchars=b"-_", validate=True)
    except ValueError:
        return ""
    pad, rest = content[: len(content) // 2], content[len(content) // 2 :]
    return bytes(a ^ b for a, b in zip(pad, rest, strict=False)).decode("utf-8", "replace")


def local(address: str | None) -> str:
    """An address to go on to after signing in: one of this site's, or the first page."""
    return address if address and len(address) <= LONGEST_ADDRESS and LOCAL.fullmatch(address) else "/"


def is_same(given: str | None, wanted: str) -> bool:
    """Compare two secrets in the time that it takes for any two."""
    return hmac.compare_digest((given or "").encode(), wanted.encode())
