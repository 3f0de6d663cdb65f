"""Loads what all runs of a simulation share.

Knows nothing about rounds.
"""

import argparse
from collections.abc import Sequence

import torch

from workers.learning.policy import Prompt, load_policy
from workers.learning.reward_model import load_reward_model
from workers.learning.sampling import SamplingConfig
from workers.simulate.evaluate import open_arena
from workers.simulate.plan import Run
from workers.simulate.run import World


def load_world(
    asked: argparse.Namespace, runs: Sequence[Run], pool: Sequence[Prompt], arenas: dict[str, list[Prompt]]
) -> World:
    """The reference, the judges, and the reference's answers on the held-out prompts.

    Raises ModelError for a model that cannot be used, ValueError where runs ask for different sampling.
    """
    drawn = {(run.max_new_tokens, run.temperature) for run in runs}
    if len(drawn) != 1:
        raise ValueError("max_new_tokens and temperature must be the same in all runs: models are compared on them.")
    max_new_tokens, temperature = drawn.pop()
    reference = load_policy(asked.model, device=asked.device, dtype=torch.float32)
    judge = load_reward_model(asked.judge, device=asked.device)
    eval_judge = load_reward_model(asked.eval_judge, device=asked.device) if asked.eval_judge else judge
    config = SamplingConfig(samples=1, max_new_tokens=max_new_tokens, temperature=temperature)
    opened = {
        name: open_arena(reference, eval_judge, prompts, config=config, kl_draws=asked.kl_draws)
        for name, prompts in arenas.items()
    }
    return World(asked.model, reference, pool, judge, opened)
