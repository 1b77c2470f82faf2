"""Who does something and when, as every log of the warehouse says it."""

import getpass
from datetime import UTC, datetime


def actor() -> str:
    """Who is at the keyboard, or whose schedule it is, as the machine knows them."""
    return getpass.getuser()


def now() -> str:
    """This moment, UTC, in ISO form."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
