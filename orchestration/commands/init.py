"""`earlyhelp init`: a home and its key."""

from orchestration.commands import terminal
from orchestration.home import modes
from orchestration.settings import Settings


def init() -> None:
    """Prepare a home: its folders, and the key behind every pseudonym where there is none.

    \b
    Example:
      EARLYHELP_HOME=/srv/earlyhelp earlyhelp init
    The key lies outside the home, in EARLYHELP_KEY_FILE (default ~/.config/earlyhelp/key), readable by you alone.
    Keep a copy of it in a safe place: without it no child of an earlier release is found again.
    """
    from expectations.reference import sources_in_use
    from orchestration.home import pseudonym_key

    settings = Settings()
    try:
        is_new = pseudonym_key.make(settings)
        modes.prepare(settings, sorted(sources_in_use()))
    except ValueError as problem:
        terminal.fail(str(problem))
    where = "EARLYHELP_KEY" if settings.key else str(settings.pseudonym_key_file)
    terminal.say(f"{'A new key is in' if is_new else 'The key is that of'} {where}. Keep a copy in a safe place.")
    terminal.say(f"Drop extracts into {settings.landing}/<source>/. Next: earlyhelp deliver, earlyhelp build")
