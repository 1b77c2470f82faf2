"""The key behind every pseudonym: made once by `earlyhelp init`, found, and handed to DuckDB as a session variable.

A hash of a UPN without a key can be guessed (there are few UPNs), so pseudonyms are keyed hashes. The key stays outside
the warehouse's home: in EARLYHELP_KEY or in a file that only its owner can read. It reaches SQL as
``getvariable('earlyhelp_key')``, so it stands in no statement, log, manifest or file that the warehouse writes.
"""

import hashlib
import os
import secrets
from pathlib import Path

from orchestration.home import durable
from orchestration.settings import Settings


def pseudonym_key(settings: Settings) -> str:
    """The key from the environment or the key file.

    Raises ValueError when there is none, or when the file lies inside the warehouse's home, where whoever has the data
    would have the key.
    """
    if settings.key:
        return settings.key
    path = _file(settings)
    if not path.exists():
        raise ValueError(f"There is no pseudonym key in {path}: run `earlyhelp init`, or set EARLYHELP_KEY.")
    key = path.read_text().strip() if path.is_file() else ""
    if len(key) < 32:
        raise ValueError(
            f"{path} does not hold a key of 32 characters or more; restore the one this home was built with."
        )
    return key


def sign_in_key(settings: Settings, issuer: str, subject: str) -> str:
    """The pseudonym of an account of an identity provider, as `macros/star.sql` makes it: 32 hexadecimal digits.

    Raises ValueError as `pseudonym_key` does.
    """
    return _pseudonym(settings, f"sign-in:{issuer.rstrip('/')}|{subject}")


def response_key(settings: Settings, response_id: str) -> str:
    """The pseudonym of a response, as `macros/star.sql` makes it; and so:"""
    return _pseudonym(settings, f"response:{response_id}")


def response_event_key(settings: Settings, event_id: str) -> str:
    """The pseudonym of an event of a response."""
    return _pseudonym(settings, f"response event:{event_id}")


def user_key(settings: Settings, user_id: str) -> str:
    """The pseudonym of a user by their staff number, likewise."""
    return _pseudonym(settings, f"user:{user_id}")


def erased_child(settings: Settings, child_durable_key: str) -> str:
    """The hash by which a child who was erased is known by their key, as `orchestration/rights` puts it on the list."""
    return _pseudonym(settings, f"key|{child_durable_key}")


def _pseudonym(settings: Settings, text: str) -> str:
    key = pseudonym_key(settings)
    inner = hashlib.sha256(f"{key}{text}".encode()).hexdigest()
    return hashlib.sha256(f"{key}{inner}".encode()).hexdigest()[:32]


def make(settings: Settings) -> bool:
    """Make a key, 256 random bits in a file that its owner alone can read, where there is none; whether one was made.

    A home that was built with a key gets no other: raises ValueError, as every child would be lost sight of.
    """
    if settings.key:
        return False
    path = _file(settings)
    if path.exists():
        pseudonym_key(settings)  # says so if what lies there is no key
        return False
    if _seen(settings).exists():
        raise ValueError(
            f"{settings.home} was built with a key that is not in {path}. Restore that key; a new one would give every "
            f"child a new pseudonym. If it is lost for good, remove {_seen(settings)} first."
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Whole or not at all, and never in the place of another.
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    durable.write_text(draft, secrets.token_hex(32) + "\n", mode=0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    durable.sync(path.parent)
    return True


def _file(settings: Settings) -> Path:
    path = settings.pseudonym_key_file
    if path.resolve().is_relative_to(settings.home):
        raise ValueError(f"{path} lies inside {settings.home}; set EARLYHELP_KEY_FILE to a place outside the data.")
    return path


def _seen(settings: Settings) -> Path:
    return settings.build / "key.sha256"


def guard(settings: Settings) -> None:
    """Stop before a build under another key: every pseudonym would change, and no child would be found again.

    The build remembers a fingerprint of its key; a 256-bit random key cannot be found from it. Raises ValueError.
    """
    seen = _seen(settings)
    if not seen.exists():
        seen.parent.mkdir(parents=True, exist_ok=True)
        durable.write_text(seen, _fingerprint(settings) + "\n")
    check(settings)


def check(settings: Settings) -> None:
    """Raise ValueError when there is no key, or it is not the one that the build remembers, if it remembers one."""
    seen, mine = _seen(settings), _fingerprint(settings)
    if seen.exists() and seen.read_text().strip() != mine:
        raise ValueError(
            f"The pseudonym key is not the one {settings.build_file} was built with. Restore EARLYHELP_KEY or "
            f"{settings.pseudonym_key_file}. If the old key is lost for good, remove {seen}: every child gets a new "
            "pseudonym, and earlier releases can no longer be compared with later ones."
        )


def _fingerprint(settings: Settings) -> str:
    return hashlib.sha256(b"early help warehouse " + pseudonym_key(settings).encode()).hexdigest()
