"""The seal of a manifest: a keyed hash, so that who has the disk and not the pseudonym key can change no release.

The manifest names the sha256 of every file of its release and the head of every log, so the seal covers those as well.
"""

import hashlib
import hmac
import json
from typing import Any

from orchestration.home.pseudonym_key import pseudonym_key
from orchestration.settings import Settings

FIELD = "seal"


def sealed(settings: Settings, manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with its seal. Raises ValueError when there is no key."""
    return manifest | {FIELD: _of(settings, manifest)}


def is_whole(settings: Settings, manifest: dict[str, Any]) -> bool:
    """Whether a sealed manifest is as it was sealed, with this key. Raises ValueError when there is no key."""
    return hmac.compare_digest(manifest[FIELD], _of(settings, manifest))


def _of(settings: Settings, manifest: dict[str, Any]) -> str:
    content = json.dumps({name: value for name, value in manifest.items() if name != FIELD}, sort_keys=True)
    message = f"early help warehouse, manifest\0{content}".encode()
    return hmac.new(pseudonym_key(settings).encode(), message, hashlib.sha256).hexdigest()
