"""The words that are declared twice on purpose, once without torch and once beside the functions, are equal."""

from typing import get_args

import pytest

from app.schemas import LossName, RuleName
from workers.learning.acquisition import RULES
from workers.learning.losses import LOSSES

pytestmark = pytest.mark.unit


def test_rules_of_the_api_are_the_rules_of_the_library() -> None:
    assert set(get_args(RuleName)) == set(RULES)


def test_losses_of_the_api_are_the_losses_of_the_library() -> None:
    assert set(get_args(LossName)) == set(LOSSES)
