"""An identity provider with keys of its own: a real HTTP server on this machine, honest unless a test says not."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT = "early-help"
SECRET = "a secret: of the client's, with signs"

Claims = dict[str, Any]


@cache
def rsa_key(name: str, bits: int = 2048) -> jwk.RSAKey:
    """A key of this name; each process makes its own."""
    return jwk.RSAKey.generate_key(bits, {"kid": name, "use": "sig"})


@cache
def ec_key(name: str) -> jwk.ECKey:
    return jwk.ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


def signed(claims: Claims, header: Claims, key: Any) -> str:
    """A token, signed as its header says."""
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def encoded(part: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def honest(claims: Claims) -> str:
    return signed(claims, {"alg": "RS256", "kid": "one"}, rsa_key("one"))


@dataclass
class IdentityProvider:
    """Its address, who is at the browser (`subject`), and what it does otherwise than it should.

    `mint` makes a token of the claims; `document` and `keys` are put over what it publishes; `answers` are given in
    place of its own to requests of a path: a status, headers and a body.
    """

    address: str = ""
    subject: str = "account one"
    mint: Callable[[Claims], str] = honest
    document: Claims = field(default_factory=dict)
    keys: list[Claims] | None = None
    answers: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Be honest again and forget what was asked, at the same address."""
        vars(self).update(vars(IdentityProvider(address=self.address)))

    def published(self) -> Claims:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            **self.document,
        }

    def key_set(self) -> Claims:
        own = [rsa_key("one").as_dict(private=False), ec_key("two").as_dict(private=False)]
        return {"keys": own if self.keys is None else self.keys}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to: whoever is at it has said yes."""
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, form: dict[str, str], authorization: str) -> Claims | None:
        """A token for a code, once, for the client that shows its secret and what it sent the hash of ahead."""
        client, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if not authorization:
            client, secret = quote(form.get("client_id", "")), quote(form.get("client_secret", ""), safe="")
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or (unquote(client), unquote(secret)) != (CLIENT, SECRET)
            or challenge != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.published()["issuer"],
            "sub": self.subject,
            "oid": f"object of {self.subject}",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "name": "Somebody Named",
        }
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self.mint(claims)}


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked.append(parts.path)
            if parts.path in provider.answers:
                self._say(*provider.answers[parts.path])
            elif parts.path == "/.well-known/openid-configuration":
                self._json(provider.published())
            elif parts.path == "/keys":
                self._json(provider.key_set())
            elif parts.path == "/authorize":
                self._say(302, {"Location": provider.authorize(asked)}, "")
            else:
                self._say(404, {}, "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked.append(self.path)
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path in provider.answers:
                self._say(*provider.answers[self.path])
                return
            token = provider.redeem(form, self.headers.get("Authorization", ""))
            if token is None:
                self._say(400, {}, '{"error": "invalid_grant"}')
            else:
                self._json(token)

        def _json(self, content: Claims) -> None:
            self._say(200, {"Content-Type": "application/json"}, json.dumps(content))

        def _say(self, status: int, headers: dict[str, str], body: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """What it is asked stands in `asked`."""

    return Handler


@contextmanager
def opened() -> Iterator[IdentityProvider]:
    """A provider on a port that was free."""
    provider = IdentityProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
