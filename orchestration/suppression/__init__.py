"""Hides small numbers of children in trees of places: one way for everything that tells counts."""

from orchestration.suppression.hide import hide, prepare
from orchestration.suppression.rule import Rule, rule_of

__all__ = ["Rule", "hide", "prepare", "rule_of"]
