"""Takes back what a release said by mistake, and takes the release out of force."""

from orchestration.build import journal
from orchestration.home import disclosures
from orchestration.home.lock import build_lock
from orchestration.releases import store
from orchestration.settings import Settings


def withdraw(settings: Settings, release_id: str, reason: str) -> store.Release | None:
    """Withdraw a release: the journal leaves out what it said, the next build speaks as if it had not been said.

    Returns the release that is in force afterwards. If the withdrawn one was, it is the one before; without one before,
    the withdrawn one stays until the next build. Whoever is cut short can do it again. Raises LookupError when the
    release said nothing, ValueError when it is withdrawn already, another one spoke after it, or the files of the one
    before are not what its manifest says.
    """
    with build_lock(settings):
        current = store.in_force(settings)
        journal.settle(settings, current.release_id if current else None)
        was_in_force = current is not None and current.release_id == release_id
        before = store.before(settings) if was_in_force else None
        if before:
            store.verify(before)
        if release_id not in journal.withdrawals(settings):
            journal.withdraw(settings, release_id, reason)
            disclosures.record(
                settings,
                [disclosures.Disclosure("withdrawal", "none", "", None, reason, release_id=release_id)],
            )
        elif not before:
            raise ValueError(f"Release {release_id} is withdrawn already. Nothing was changed.")
        if before:
            store.put_in_force_again(settings, before, f"release {release_id} was withdrawn")
        return before or current
