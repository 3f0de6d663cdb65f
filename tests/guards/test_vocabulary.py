"""The words that are declared twice on purpose, once without torch and once beside the functions, are equal."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from app.schemas import LOSS_DEFAULTS, LossName, RuleName, TrainingConfig
from app.services.draw import ENSEMBLE_RULES, PER_TOKEN_LOSSES, REWARD_RULES, UNIFORM_RULES
from workers.convert import NOT_FOR_FIT
from workers.learning.acquisition import RULES, implicit_reward
from workers.learning.arithmetic import Dtype
from workers.learning.fit_config import BaseWeights, FitConfig
from workers.learning.losses import LOSSES

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]


def test_rules_of_the_api_are_the_rules_of_the_library() -> None:
    assert set(get_args(RuleName)) == set(RULES)


def test_the_service_knows_what_each_rule_needs() -> None:
    assert {name for name, rule in RULES.items() if rule.pairs is None} == UNIFORM_RULES
    assert {name for name, rule in RULES.items() if rule.needs_rewards} == REWARD_RULES
    assert {name for name, rule in RULES.items() if rule.needs_ensemble} == ENSEMBLE_RULES


def test_losses_of_the_api_are_the_losses_of_the_library() -> None:
    assert set(get_args(LossName)) == set(LOSSES)


def test_each_loss_has_its_beta_in_the_api() -> None:
    assert {name: own.beta for name, own in LOSS_DEFAULTS.items()} == {
        name: loss.default_beta for name, loss in LOSSES.items()
    }


def test_the_service_knows_the_losses_whose_rewards_are_per_token() -> None:
    of_two_tokens = {name: implicit_reward(1.0, 0.0, 2, loss=name, beta=1.0) for name in LOSSES}
    assert {name for name, reward in of_two_tokens.items() if reward == 0.5} == PER_TOKEN_LOSSES


def test_the_learning_rate_of_the_default_loss_is_that_of_a_run() -> None:
    defaults = TrainingConfig()
    assert LOSS_DEFAULTS[defaults.loss].learning_rate == defaults.learning_rate


def test_the_service_offers_every_setting_of_training() -> None:
    offered = set(TrainingConfig.model_fields) - NOT_FOR_FIT
    assert offered == {field.name for field in fields(FitConfig)}
    for name, choices in {"dtype": Dtype, "base_weights": BaseWeights}.items():
        assert get_args(TrainingConfig.model_fields[name].annotation) == get_args(choices)


def test_the_pages_have_words_for_every_action_of_the_audit_log() -> None:
    services = "".join(path.read_text() for path in (ROOT / "app/services").glob("*.py"))
    recorded = set(re.findall(r'(?:action=|_record\(session, actor, )"(\w+\.\w+)"', services))
    named = re.findall(r'value: "([\w.]+)"', (ROOT / "frontend/src/admin/actions.ts").read_text())
    assert recorded == set(named)
