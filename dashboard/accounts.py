"""Whose word is taken for who somebody is: identity providers, from $EARLYHELP_HOME/dashboard/sign_in.yml.

The file is read once, when the dashboard starts, and is refused as a whole with whatever is wrong in it.
"""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from stat import S_IMODE
from typing import Annotated, Self
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.functional_validators import AfterValidator

from orchestration.settings import Settings

FILE = "sign_in.yml"


def is_loopback(host: str | None) -> bool:
    """Whether a name or an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_private(address: str) -> bool:
    """Whether what is sent to an address can be read by nobody on the way: TLS, or this machine alone."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    )


def _address(value: str) -> str:
    value = value.rstrip("/")
    parts = urlsplit(value)
    if not is_private(value) or parts.query or parts.fragment or parts.username:
        raise ValueError("an address that begins with https://, without a question mark, # or @")
    return value


def _site(value: str) -> str:
    if urlsplit(_address(value)).path:
        raise ValueError("the name alone, as https://early-help.example.gov.uk, without a path")
    return value.rstrip("/").lower()


Address = Annotated[str, AfterValidator(_address)]
Text = Annotated[str, Field(min_length=1)]


class _Setting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


class Issuer(_Setting):
    """An identity provider, and what it knows the dashboard by. `subject_claim` is what the list of sign-ins holds."""

    title: Text
    issuer: Address
    client_id: Text
    client_secret_env: str | None = None
    client_secret_file: Path | None = None
    subject_claim: Text = "sub"
    scope: Text = "openid"

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.client_secret_env is None) == (self.client_secret_file is None):
            raise ValueError("one of client_secret_env and client_secret_file")
        if "openid" not in self.scope.split():
            raise ValueError("a scope with openid in it")
        return self

    def secret(self) -> str:
        """The client's secret. Raises ValueError, which says where it is not."""
        if self.client_secret_env:
            found = os.environ.get(self.client_secret_env, "").strip()
            if not found:
                raise ValueError(f"the environment has no {self.client_secret_env}")
            return found
        assert self.client_secret_file, "there is one of the two"
        path = self.client_secret_file.expanduser()
        if not path.is_absolute() or not path.is_file():
            raise ValueError(f"client_secret_file: there is no file {path}; name it from the root on")
        if S_IMODE(path.stat().st_mode) & 0o077:
            raise ValueError(f"client_secret_file: others may read {path}; chmod 600 it")
        found = path.read_text(encoding="utf-8").strip()
        if not found:
            raise ValueError(f"client_secret_file: {path} is empty")
        return found


class SignIn(_Setting):
    """How people sign in. `address` is the dashboard's own, as they type it; `contact` whom to ask who is let in."""

    address: Annotated[str, AfterValidator(_site)]
    contact: Text
    issuers: Annotated[Mapping[Annotated[str, Field(pattern="^[a-z0-9-]{1,30}$")], Issuer], Field(min_length=1)]

    @property
    def is_behind_tls(self) -> bool:
        return self.address.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""


def read(settings: Settings) -> SignIn | None:
    """What the file says; None where there is none.

    Raises ValueError with the file, each key that is not as it must be, and what it must be.
    """
    path = settings.home / "dashboard" / FILE
    if not path.exists():
        return None
    try:
        found = SignIn.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ValueError(f"{path} is not YAML.") from None
    except ValidationError as problem:
        wrong = [
            f"  {'.'.join(map(str, error['loc'])) or 'the file'}: {error['msg'].removeprefix('Value error, ')}"
            for error in problem.errors(include_input=False, include_url=False)
        ]
        raise ValueError("\n".join([f"{path} does not say how people sign in:", *wrong])) from None
    for name, issuer in found.issuers.items():
        try:
            issuer.secret()
        except ValueError as problem:
            raise ValueError(f"{path} does not say how people sign in:\n  issuers.{name}: {problem}") from None
    return found
