"""Sampling by `transformers serve`, a process of its own."""

from pathlib import Path

import pytest

from tests.learning.completion_servers import transformers_serve
from workers.learning.completion_server import SamplingServer
from workers.learning.errors import SamplingServerError
from workers.learning.policy import decode, encode_prompt, load_policy
from workers.learning.remote_sampling import sample_remotely
from workers.learning.sampling import SamplingConfig
from workers.learning.token_scores import token_scores
from workers.sandbox.paths import MODEL


def test_remote_sampling_by_transformers_serve(tmp_path: Path) -> None:
    """The real thing: it takes text alone, ignores n and logprobs, and draws only when told so."""
    policy = load_policy(str(MODEL), device="cpu")
    prompts = [[{"role": "user", "content": "Write about the sea."}], [{"role": "user", "content": "A short story."}]]
    ids = [encode_prompt(policy, prompt) for prompt in prompts]

    with transformers_serve(MODEL, tmp_path / "serve.log") as url:
        server = SamplingServer(url, str(MODEL), concurrency=2)
        config = SamplingConfig(samples=3, max_new_tokens=12, temperature=0.9, top_k=40)
        drawn = dict(sample_remotely(policy, ids, config, seeds=[1, 2], server=server))
        with pytest.raises(SamplingServerError, match="requested 'other'"):
            list(sample_remotely(policy, ids, config, seeds=[1, 2], server=SamplingServer(url, "other")))

    for index, samples in drawn.items():
        assert len(samples) == 3
        assert len({s.text for s in samples}) > 1
        scores = token_scores(policy, [(ids[index], s.token_ids) for s in samples])
        for one, score in zip(samples, scores, strict=True):
            assert one.token_logprobs == pytest.approx(score.logprobs, abs=1e-5)
            assert one.entropy == pytest.approx(score.entropy, abs=1e-4)
            assert 1 <= len(one.token_ids) <= 14
            assert decode(policy, one.token_ids, prompt_ids=ids[index]).strip() == one.text.strip()
            assert (one.token_ids[-1] in policy.eos_ids) == (one.finish_reason == "stop")
