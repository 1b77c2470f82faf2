"""Keys of encrypted files: one for each file, made from the secret of this home and told to whoever may hold the file.

A key is HMAC-SHA256 of the file's name and the key's id under the pseudonym key, so there is nothing more to keep safe,
and the file of an old release can be opened for as long as it exists. Ids are no secret: they stand in the manifest of
each release, and every rotation in EARLYHELP_HOME/key_ids.jsonl, which says who did it and when. A file keeps its key
from release to release until it is rotated.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable

from orchestration.home import audit, provenance
from orchestration.home.lock import build_lock
from orchestration.home.pseudonym_key import pseudonym_key
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
    done = {"rotated_by": provenance.actor(), "rotated_at": provenance.now()}
    with build_lock(settings):
        audit.append(
            settings.home / "key_ids.jsonl", [{"name": name, "key_id": secrets.token_hex(8)} | done for name in names]
        )


def _rotated(settings: Settings) -> dict[str, str]:
    # Written by versions that kept no log of rotations; what the log says came later.
    before = settings.home / "key_ids.json"
    known = json.loads(before.read_text(encoding="utf-8")) if before.exists() else {}
    return known | {line["name"]: line["key_id"] for line in audit.read(settings.home / "key_ids.jsonl")}
