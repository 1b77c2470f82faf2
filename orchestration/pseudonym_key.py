"""The key behind every pseudonym: found, made once, and handed to DuckDB as a session variable.

A hash of a UPN without a key can be guessed (there are few UPNs), so pseudonyms are keyed hashes. The key stays outside
the warehouse's home: in EARLYHELP_KEY or in a file that only its owner can read. It reaches SQL as
``getvariable('earlyhelp_key')``, so it stands in no statement, log, manifest or file that the warehouse writes.
"""

import hashlib
import os
import secrets
from pathlib import Path

from orchestration.settings import Settings


def pseudonym_key(settings: Settings) -> str:
    """The key from the environment or the key file; a new one is made, owner-readable only, where there is none.

    Raises ValueError when the key file lies inside the warehouse's home, where whoever has the data would have the key.
    """
    if settings.key:
        return settings.key
    path = settings.pseudonym_key_file
    if path.resolve().is_relative_to(settings.home):
        raise ValueError(f"{path} lies inside {settings.home}; set EARLYHELP_KEY_FILE to a place outside the data.")
    if not path.exists():
        make_key_file(path)
    key = path.read_text().strip()
    if len(key) < 32:
        raise ValueError(
            f"{path} does not hold a key of 32 characters or more; restore the one this home was built with."
        )
    return key


def make_key_file(path: Path) -> None:
    """Write a fresh 256-bit key to `path`, readable by its owner alone; never replaces one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")


def guard(settings: Settings) -> None:
    """Stop before a build under another key: every pseudonym would change, and no child would be found again.

    The build remembers a fingerprint of its key; a 256-bit random key cannot be found from it. Raises ValueError.
    """
    seen = settings.build / "key.sha256"
    fingerprint = hashlib.sha256(b"early help warehouse " + pseudonym_key(settings).encode()).hexdigest()
    if not seen.exists():
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text(fingerprint + "\n")
    elif seen.read_text().strip() != fingerprint:
        raise ValueError(
            f"The pseudonym key is not the one {settings.build_file} was built with. Restore EARLYHELP_KEY or "
            f"{settings.pseudonym_key_file}. If the old key is lost for good, remove {seen}: every child gets a new "
            "pseudonym, and earlier releases can no longer be compared with later ones."
        )
