"""Ids that stay: a bundle made again replaces what an earlier one brought, and doubles nothing."""

from uuid import NAMESPACE_URL, UUID, uuid5

OURS = uuid5(NAMESPACE_URL, "early-help-warehouse")
DATABASE = "Early Help Warehouse"


def uuid(kind: str, name: str) -> str:
    """The id of an asset, of its kind and its name alone."""
    return str(uuid5(OURS, f"{kind}/{name}"))


def number(kind: str, name: str) -> int:
    """A number of an asset for places where Superset wants one; it puts its own there when it imports."""
    return UUID(uuid(kind, name)).int % 1_000_000
