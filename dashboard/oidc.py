"""OpenID Connect with one identity provider: discovery, the way there and back, and whether the token it signed holds.

Nothing that comes from a browser or a provider is believed before it is checked; why something is refused is a word of
`Refused`, which holds nothing of what was sent.
"""

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

from joserfc import jwk, jwt
from joserfc.errors import JoseError

from dashboard import guard
from dashboard.accounts import Issuer, is_private
from dashboard.attempts import Attempt
from dashboard.sessions import Clock

ALGORITHMS = ["RS256", "ES256"]
"""By which a token may be signed: none, and those of shared secrets, are refused before a key is looked for."""
KEY_TYPES = {"RSA", "EC"}
SHORTEST_RSA_BITS = 2048
LEEWAY_SECONDS = 60
LONGEST_ANSWER = 1024 * 1024
PATIENCE_SECONDS = 10
KNOWN_SECONDS = 60 * 60
"""How long what a provider says of itself is kept."""
ASKED_AGAIN_SECONDS = 60
"""How soon its keys may be asked for again because a token names one that is not among them."""
LONGEST_SUBJECT = 255


class Refused(Exception):
    """A sign-in that does not hold; the message is one word for the log."""


class Unreachable(Exception):
    """A provider that does not answer, or not as its standard says."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A provider's answers are taken from the addresses that it published, and from no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def fetch(address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON at an address; a form is posted. Raises Refused where it is answered by a no, otherwise Unreachable."""
    if not is_private(address):
        raise Unreachable("address")
    data = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(address, data, {"Accept": "application/json", **(headers or {})})
    try:
        with _OPENER.open(request, timeout=PATIENCE_SECONDS) as response:
            body = response.read(LONGEST_ANSWER + 1)
    except HTTPError as error:
        error.close()
        if form is not None and 400 <= error.code < 500:
            raise Refused("code") from None
        raise Unreachable("status") from None
    except (OSError, HTTPException):
        raise Unreachable("connection") from None
    if len(body) > LONGEST_ANSWER:
        raise Unreachable("length")
    try:
        return json.loads(body)
    except ValueError:
        raise Unreachable("json") from None


class Provider:
    """An identity provider, and what it said of itself within the hour."""

    def __init__(self, issuer: Issuer, redirect_uri: str, clock: Clock = time.time) -> None:
        self.issuer = issuer
        self._redirect_uri = redirect_uri
        self._secret = issuer.secret()
        self._clock = clock
        self._lock = threading.Lock()
        self._document: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, jwk.KeySet] | None = None

    def way_there(self, state: str, attempt: Attempt) -> str:
        """The address at the provider that somebody is sent to. Raises Unreachable."""
        asked = {
            "response_type": "code",
            "client_id": self.issuer.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self.issuer.scope,
            "state": state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def subject_of(self, code: str, attempt: Attempt) -> str:
        """Who it is that came back with a code, as the provider calls the account. Raises Refused, Unreachable."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": attempt.verifier,
        }
        headers = {}
        client, secret = self.issuer.client_id, self._secret
        if "client_secret_basic" in self._discovered().get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        ):
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            form |= {"client_id": client, "client_secret": secret}
        answer = fetch(self._endpoint("token_endpoint"), form, headers)
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise Refused("token")
        return self._checked(token, attempt)

    def _checked(self, token: str, attempt: Attempt) -> str:
        claims = self._signed(token)
        now, audience = self._clock(), claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self._discovered()["issuer"]:
            raise Refused("issuer")
        if self.issuer.client_id not in audiences or (
            (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != self.issuer.client_id
        ):
            raise Refused("audience")
        if not _is_time(claims.get("exp")) or claims["exp"] + LEEWAY_SECONDS <= now:
            raise Refused("expired")
        if not _is_time(claims.get("iat")) or max(claims["iat"], claims.get("nbf", 0)) > now + LEEWAY_SECONDS:
            raise Refused("not_yet")
        if not isinstance(claims.get("nonce"), str) or not guard.is_same(claims["nonce"], attempt.nonce):
            raise Refused("nonce")
        subject = claims.get(self.issuer.subject_claim)
        if not isinstance(subject, str) or not 0 < len(subject.strip()) <= LONGEST_SUBJECT:
            raise Refused("subject")
        return subject.strip()

    def _signed(self, token: str) -> dict[str, Any]:
        """The claims of a token, once its signature holds under a key of the provider's."""
        try:
            header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
            algorithm, key_id = header["alg"], header.get("kid")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused("token") from None
        if algorithm not in ALGORITHMS or token.count(".") != 2:
            raise Refused("algorithm")
        keys = self._key_set()
        if key_id is not None and key_id not in {key.kid for key in keys.keys}:
            keys = self._key_set(ASKED_AGAIN_SECONDS)
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            raise Refused("signature") from None
        if isinstance(claims.get("nbf", 0), int | float):
            return claims
        raise Refused("not_yet")

    def _key_set(self, known_seconds: float = KNOWN_SECONDS) -> jwk.KeySet:
        with self._lock:
            if self._keys and self._clock() - self._keys[0] < known_seconds:
                return self._keys[1]
        answer = fetch(self._endpoint("jwks_uri"))
        try:
            # Keys of other kinds are none by which a token may be signed; a shared secret among them is no key at all.
            published = [
                key for key in answer["keys"] if key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"
            ]
            keys = jwk.KeySet.import_key_set({"keys": published})
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise Unreachable("keys") from None
        for key in keys.keys:
            if isinstance(key, jwk.RSAKey) and key.public_key.key_size < SHORTEST_RSA_BITS:
                raise Unreachable("keys")
        with self._lock:
            self._keys = (self._clock(), keys)
        return keys

    def _endpoint(self, name: str) -> str:
        return str(self._discovered()[name])

    def _discovered(self) -> dict[str, Any]:
        with self._lock:
            if self._document and self._clock() - self._document[0] < KNOWN_SECONDS:
                return self._document[1]
        document = fetch(f"{self.issuer.issuer}/.well-known/openid-configuration")
        if not isinstance(document, dict) or str(document.get("issuer", "")).rstrip("/") != self.issuer.issuer:
            raise Unreachable("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(document.get(name), str) or not is_private(document[name]):
                raise Unreachable(name)
        with self._lock:
            self._document = (self._clock(), document)
        return document


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
