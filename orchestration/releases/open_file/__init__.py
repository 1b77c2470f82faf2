"""The open file of a release: what anybody may have."""

from orchestration.releases.open_file.writer import write

__all__ = ["write"]
