"""Keys of encrypted files: one for each file, made from the secret of this home and told to whoever may hold the file.

A key is HMAC-SHA256 of the file's name and the key's id under the pseudonym key, so there is nothing more to keep safe,
and the file of an old release can be opened for as long as it exists. Ids are no secret: they stand in the manifest of
each release, and the newest of each file in EARLYHELP_HOME/key_ids.json. A file keeps its key from release to release
until it is rotated.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable

from orchestration import durable
from orchestration.lock import build_lock
from orchestration.pseudonym_key import pseudonym_key
from orchestration.settings import Settings

FIRST = "first"
"""The id of a key that was never rotated."""


def derive(settings: Settings, name: str, key_id: str) -> str:
    """The key of a file, as 64 hexadecimal digits."""
    message = f"early help warehouse, file key\0{name}\0{key_id}".encode()
    return hmac.new(pseudonym_key(settings).encode(), message, hashlib.sha256).hexdigest()


def newest(settings: Settings, name: str) -> str:
    """The id of the key that the next release's file of this name is encrypted with."""
    return _rotated(settings).get(name, FIRST)


def rotate(settings: Settings, names: Iterable[str]) -> None:
    """Give files of these names other keys from the next release on."""
    with build_lock(settings):
        rotated = _rotated(settings) | {name: secrets.token_hex(8) for name in names}
        durable.write_text(settings.home / "key_ids.json", json.dumps(rotated, indent=2, sort_keys=True) + "\n")


def _rotated(settings: Settings) -> dict[str, str]:
    path = settings.home / "key_ids.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
