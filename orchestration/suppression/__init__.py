"""Hides small numbers of children in trees of places: one way for everything that tells counts."""

from orchestration.suppression.hide import hide, prepare
from orchestration.suppression.rule import Rule, rule_of
from orchestration.suppression.steps import STEPS, begin, hide_step

__all__ = ["STEPS", "Rule", "begin", "hide", "hide_step", "prepare", "rule_of"]
