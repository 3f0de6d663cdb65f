"""The words that are declared twice on purpose, once without torch and once beside the functions, are equal."""

from typing import get_args

import pytest

from app.schemas import LossName, RuleName
from app.services.draw import ENSEMBLE_RULES, REWARD_RULES, UNIFORM_RULES
from workers.learning.acquisition import RULES
from workers.learning.losses import LOSSES

pytestmark = pytest.mark.unit


def test_rules_of_the_api_are_the_rules_of_the_library() -> None:
    assert set(get_args(RuleName)) == set(RULES)


def test_the_service_knows_what_each_rule_needs() -> None:
    assert {name for name, rule in RULES.items() if rule.pairs is None} == UNIFORM_RULES
    assert {name for name, rule in RULES.items() if rule.needs_rewards} == REWARD_RULES
    assert {name for name, rule in RULES.items() if rule.needs_ensemble} == ENSEMBLE_RULES


def test_losses_of_the_api_are_the_losses_of_the_library() -> None:
    assert set(get_args(LossName)) == set(LOSSES)
