"""The name by which a delivery is known: what a file is called by whoever sent it may be a child's name."""

from pathlib import Path

from expectations.contract.match import named_after

ENDINGS = (".csv", ".xml", ".xlsx")


def known(file_name: str, sha256: str) -> str:
    """The name under which a file with these bytes is entered, and told of, everywhere.

    A name that keeps a template of a contract stays, in the template's letters; where the template lets anything stand,
    the hash stands instead. Any other name is `unnamed-<hash>.<ending>`. A known name is known by itself: a contract is
    chosen by it, so that the archive read again says what was said the first time.
    """
    if found := named_after(file_name):
        template, says = found
        return template.replace("*", sha256[:16]).format(**says)
    ending = Path(file_name).suffix.lower()
    return f"unnamed-{sha256[:16]}{ending if ending in ENDINGS else '.other'}"
