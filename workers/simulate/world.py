"""Loads what all runs of a simulation share.

Knows nothing about rounds.
"""

import argparse
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import torch

from workers.learning.errors import PromptError
from workers.learning.policy import Policy, encode_prompt, load_policy
from workers.learning.prompts import Prompt
from workers.learning.reward_model import load_reward_model
from workers.learning.sampling import SamplingConfig, check_prompts
from workers.simulate.evaluate import open_arena
from workers.simulate.plan import Run
from workers.simulate.prompts import place_of
from workers.simulate.run import World


def load_world(
    asked: argparse.Namespace, runs: Sequence[Run], pool: Sequence[Prompt], arenas: dict[str, list[Prompt]]
) -> World:
    """The reference, the judges, and the reference's answers on the held-out prompts.

    Raises ModelError for a model that cannot be used, PromptError naming the line of a prompt that the model cannot
    take, ValueError where runs ask for different sampling or a device is asked for that is not there.
    """
    drawn = {(run.max_new_tokens, run.temperature) for run in runs}
    if len(drawn) != 1:
        raise ValueError("max_new_tokens and temperature must be the same in all runs: models are compared on them.")
    max_new_tokens, temperature = drawn.pop()
    if (asked.device or "").startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"There is no device {asked.device} here: leave --device out, or name cpu.")
    reference = load_policy(asked.model, device=asked.device, dtype=torch.float32)
    _check_prompts(reference, [*pool, *chain(*arenas.values())], [asked.prompts, asked.ood_prompts])
    judge = load_reward_model(asked.judge, device=asked.device)
    eval_judge = load_reward_model(asked.eval_judge, device=asked.device) if asked.eval_judge else judge
    config = SamplingConfig(samples=1, max_new_tokens=max_new_tokens, temperature=temperature)
    opened = {
        name: open_arena(reference, eval_judge, prompts, config=config, kl_draws=asked.kl_draws)
        for name, prompts in arenas.items()
    }
    return World(asked.model, reference, pool, judge, opened)


def _check_prompts(reference: Policy, prompts: Sequence[Prompt], paths: Sequence[Path | None]) -> None:
    """All of them before the first round: one that is too long would end a run in the middle."""
    for prompt in prompts:
        try:
            check_prompts(reference, [encode_prompt(reference, prompt)])
        except PromptError as error:
            place = place_of(prompt, [path for path in paths if path])
            raise PromptError(f"{place}: {str(error).replace('Prompt 0', 'The prompt')}") from error
