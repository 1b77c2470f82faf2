"""A table of the release in force as a file to be handed on, its cells made harmless, and a line in the log."""

from orchestration.exports.release_file import open_release_file
from orchestration.exports.write import Exported, write

__all__ = ["Exported", "open_release_file", "write"]
