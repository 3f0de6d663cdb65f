"""The arithmetic of a forward pass: fp32, or bf16 by autocast, on processors without bf16 instructions too.

Knows nothing about models or losses. Weights stay fp32 in all of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from workers.learning.errors import ModelError

Dtype: TypeAlias = Literal["auto", "float32", "bfloat16"]

# Under the names of torch.cpu.get_capabilities(), x86 and Arm.
_BF16_INSTRUCTIONS = ("avx512_bf16", "amx_bf16", "avx10_2", "bf16")


@contextmanager
def arithmetic(device: torch.device, dtype: Dtype) -> Iterator[None]:
    """bf16 arithmetic where asked for, or ("auto") where the device is a GPU that has it."""
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=is_bf16(device, dtype)), made_again(device, dtype):
        yield


def made_again(device: torch.device, dtype: Dtype) -> AbstractContextManager[Any]:
    """What activations that are made again in the backward pass need besides autocast, which torch restores itself."""
    widens = device.type == "cpu" and is_bf16(device, dtype) and not has_bf16_instructions()
    return widened_products() if widens else nullcontext()


def is_bf16(device: torch.device, dtype: Dtype) -> bool:
    """Whether this is bf16 arithmetic: asked for, or "auto" on a GPU that has it."""
    return dtype == "bfloat16" or (dtype == "auto" and device.type == "cuda" and torch.cuda.is_bf16_supported())


@contextmanager
def naming_mixed_dtypes(model: Any) -> Iterator[None]:
    """Turns the error of torch where weights of several dtypes meet into a ModelError that names two of them.

    Not every mixture fails: adapters and norms may be fp32 over bf16 layers.
    """
    try:
        yield
    except RuntimeError as error:
        examples = {parameter.dtype: name for name, parameter in model.named_parameters()}
        if "dtype" not in str(error) or len(examples) < 2:
            raise
        listed = ", ".join(f"{name} is {str(dtype).removeprefix('torch.')}" for dtype, name in examples.items())
        text = f"The model mixes dtypes that cannot be multiplied: {listed}. Load it in one dtype."
        raise ModelError(text) from error


def has_bf16_instructions() -> bool:
    """Whether this processor multiplies bf16 numbers itself; elsewhere bf16 products take about five times fp32's."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in _BF16_INSTRUCTIONS)


def widened_products() -> "_Widened":
    """Within it (and within autocast), linear layers and attention multiply bf16 numbers in fp32 and round the result.

    What bf16 instructions do too: products of rounded numbers, summed in fp32, rounded once.
    """
    return _Widened()


class _Widened(TorchFunctionMode):
    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        return _REPLACED.get(func, func)(*args, **(kwargs or {}))


def _linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return _Linear.apply(input, weight, bias)  # type: ignore[no-untyped-call, no-any-return]


def _addmm(input: Tensor, mat1: Tensor, mat2: Tensor) -> Tensor:
    """GPT-2's linear layers, whose weights are stored transposed."""
    return _linear(mat1, mat2.t(), input)


def _attention(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, **settings: Any) -> Tensor:
    query, key, value = (states.bfloat16().float() for states in (query, key, value))
    mask = attn_mask.float() if attn_mask is not None and attn_mask.is_floating_point() else attn_mask
    with torch.autocast("cpu", enabled=False):
        return functional.scaled_dot_product_attention(query, key, value, mask, **settings).bfloat16()


_REPLACED: Mapping[Any, Callable[..., Any]] = {
    functional.linear: _linear,
    torch.addmm: _addmm,
    functional.scaled_dot_product_attention: _attention,
}


class _Linear(torch.autograd.Function):
    """input [..., I], weight [O, I], bias [O] to [..., O] in bf16; gradients of weights stay fp32."""

    @staticmethod
    def forward(ctx: Any, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        rounded, rounded_weight = input.bfloat16(), weight.bfloat16()
        ctx.save_for_backward(rounded, rounded_weight)
        ctx.dtype = input.dtype
        with torch.autocast("cpu", enabled=False):
            output = functional.linear(rounded.float(), rounded_weight.float(), None if bias is None else bias.float())
        return output.bfloat16()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        rounded, rounded_weight = ctx.saved_tensors
        gradient = gradients[0].float()
        rows_N_O = gradient.flatten(0, -2)
        of_input, of_weight, of_bias = ctx.needs_input_grad
        return (
            (gradient @ rounded_weight.float()).bfloat16().to(ctx.dtype) if of_input else None,
            rows_N_O.t() @ rounded.flatten(0, -2).float() if of_weight else None,
            rows_N_O.sum(0) if of_bias else None,
        )
