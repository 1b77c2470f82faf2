"""A table of the release in force as a file to be handed on, its cells made harmless, and a line in the log."""

from orchestration.exports.write import Exported, write, write_answer

__all__ = ["Exported", "write", "write_answer"]
