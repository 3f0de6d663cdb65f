"""bf16 arithmetic on processors without bf16 instructions: the numbers that bf16 instructions give."""

import pytest
import torch

from tests.learning.conftest import build_gpt2, build_llama
from workers.learning.arithmetic import arithmetic, has_bf16_instructions, widened_products
from workers.learning.rows import batch_logprobs
from workers.learning.shared_prefix import shared_attention, shared_logprobs

pytestmark = pytest.mark.unit

CPU = torch.device("cpu")
ROWS = [((5, 6, 7, 8), (9, 10)), ((5, 6, 7, 8), (11, 12, 13)), ((3,), (4, 5, 6)), ((30, 31), (1,))]


@pytest.mark.parametrize("bias", [False, True])
def test_widened_linear_rounds_its_inputs_and_its_result_once(bias: bool) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(24, 16, bias=bias)
    inputs = torch.randn(2, 5, 24, requires_grad=True)
    given = torch.randn(2, 5, 16).bfloat16()

    with torch.autocast("cpu", dtype=torch.bfloat16), widened_products():
        out = layer(inputs)
    out.backward(given)

    rounded, weight = inputs.detach().bfloat16().double(), layer.weight.detach().bfloat16().double()
    exact = rounded @ weight.t() + (layer.bias.detach().double() if bias else 0)
    assert out.dtype == torch.bfloat16
    torch.testing.assert_close(out.double(), exact, atol=0, rtol=2**-8)
    assert inputs.grad is not None
    torch.testing.assert_close(inputs.grad.double(), given.double() @ weight, atol=1e-6, rtol=2**-8)
    of_weight = given.double().flatten(0, 1).t() @ rounded.flatten(0, 1)
    torch.testing.assert_close(layer.weight.grad, of_weight.float(), atol=1e-5, rtol=1e-5)
    if bias:
        torch.testing.assert_close(layer.bias.grad, given.float().sum((0, 1)), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("make", [build_llama, build_gpt2])
def test_widened_products_give_the_sums_and_gradients_of_autocast(make: object) -> None:
    results = []
    for widens in (False, True):
        model = make().eval()  # type: ignore[operator]
        with torch.autocast("cpu", dtype=torch.bfloat16), shared_attention(model):
            if widens:
                with widened_products():
                    sums, _ = shared_logprobs(model, ROWS, device=CPU)
            else:
                sums, _ = shared_logprobs(model, ROWS, device=CPU)
        sums.sum().backward()  # type: ignore[no-untyped-call]
        results.append((sums.detach(), {name: p.grad for name, p in model.named_parameters()}))

    (expected, gradients), (sums, widened) = results
    with torch.no_grad():
        exact, _ = batch_logprobs(make().eval(), ROWS, pad_id=0, device=CPU)  # type: ignore[operator]
    # Both are rounded: as far from the exact sums as from each other.
    assert float((sums - exact).abs().max()) < 2 * float((expected - exact).abs().max()) + 0.05
    assert not torch.equal(sums, exact)
    for name, gradient in gradients.items():
        scale = float(gradient.norm())
        assert float((widened[name] - gradient).norm()) < 0.05 * scale + 1e-3, name


def test_widened_products_end_with_their_context() -> None:
    layer = torch.nn.Linear(4, 4)
    with arithmetic(CPU, "bfloat16"):
        inside = layer(torch.ones(1, 4)).dtype

    assert inside == torch.bfloat16
    assert layer(torch.ones(1, 4)).dtype == torch.float32
    with arithmetic(CPU, "auto"):
        assert layer(torch.ones(1, 4)).dtype == torch.float32


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"avx512_f": True, "avx512_bf16": False}, False),
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({"bf16": True}, True),
        ({}, False),
    ],
)
def test_processor_with_bf16_instructions_is_recognised(
    capabilities: dict[str, bool], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: capabilities)

    assert has_bf16_instructions() == expected
