"""Dagster's pages, for whoever sits at this machine: no other name, and no page of another site, reaches them.

Dagster asks nobody who they are. Its address is therefore the loopback's alone; a request that names another host, as
a page does that had its name led to this machine, is refused; and so is one that a page of another site makes.
"""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import BaseWorkspaceRequestContext, WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.webserver import DagsterWebserver
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")

LIVE_MILLISECONDS = 2000
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
QUERIES = "/graphql"


class SameOriginMiddleware:
    """Refuses what a page of another site asks for: it could start and stop runs in the name of whoever looks at it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and (refusal := _refusal(scope)):
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _refusal(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return "Pages of other sites may ask for nothing here."
    is_query = scope["path"].endswith(QUERIES)
    may_change = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS or is_query
    # Browsers say so of requests that carry no origin, such as that for a picture.
    if may_change and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "Pages of other sites may ask for nothing here."
    if (
        is_query
        and scope["type"] == "http"
        and scope["method"] != "POST"
        and "text/html" not in headers.get("accept", "")
    ):
        return "Queries are sent by POST: a link or a picture could hold one otherwise."
    return None


class Webserver(DagsterWebserver[WorkspaceProcessContext, BaseWorkspaceRequestContext]):
    """Dagster's, behind the two guards, and with pages that load nothing from elsewhere and stand in no other page."""

    def __init__(self, process_context: WorkspaceProcessContext, names: tuple[str, ...]) -> None:
        self._names = names
        super().__init__(process_context, live_data_poll_rate=LIVE_MILLISECONDS)

    def build_middleware(self) -> list[Middleware]:
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=self._names, www_redirect=False)
        return [hosts, Middleware(SameOriginMiddleware), *super().build_middleware()]

    def make_csp_header(self, nonce: str) -> str:
        return "; ".join(
            (
                "default-src 'self' data: blob:",
                f"script-src 'nonce-{nonce}' 'strict-dynamic'",
                "style-src 'self' 'unsafe-inline'",
                "connect-src 'self'",
                "frame-ancestors 'none'",
                "form-action 'self'",
                "base-uri 'none'",
                "object-src 'none'",
            )
        )


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def serve(instance: DagsterInstance, workspace: Path, port: int, names: tuple[str, ...]) -> None:
    """Serve until a signal ends it, on the loopback, to requests for it by its own names or by one of `names`.

    `workspace` is the file that names the code.
    """
    target = WorkspaceFileTarget([str(workspace)])
    with WorkspaceProcessContext(instance, workspace_load_target=target) as context:
        app: Starlette = Webserver(context, (*NAMES, *names)).create_asgi_app()
        uvicorn.run(
            app, host=ADDRESS, port=port, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=10
        )
