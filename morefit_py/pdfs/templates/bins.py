"""The checks of edges and contents that templates share."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable

Array = NDArray[np.float64]
# Edges that are bounds up to rounding, relative to the width of the range.
_ROUNDING = 1e-12


def bin_edges(kind: str, edges: Sequence[float], x: Observable, name: str = "bin_edges") -> Array:
    """Edges as an array, the outermost at the bounds exactly; raises ModelError for others."""
    held = numbers(kind, name, edges)
    if len(held) < 2 or not np.all(np.diff(held) > 0):
        raise ModelError(f"{kind}: {name} do not ascend, or there are fewer than two")
    with np.errstate(divide="ignore", over="ignore"):
        if not np.all(np.isfinite(1.0 / np.diff(held))):
            raise ModelError(f"{kind}: {name} are so close together that a density there is not finite")
    for end, bound in ((0, x.low), (-1, x.high)):
        if abs(held[end] - bound) > _ROUNDING * x.width:
            raise ModelError(
                f"{kind}: {name} run from {held[0]:g} to {held[-1]:g}; they must begin and end at the bounds "
                f"[{x.low:g}, {x.high:g}] of {x.name!r}"
            )
        held[end] = bound
    return held


def numbers(kind: str, name: str, values: Sequence[float]) -> Array:
    """Finite numbers as an array; raises ModelError for anything else."""
    try:
        held = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ModelError(f"{kind}: {name} holds something that is no number") from None
    wrong = np.flatnonzero(~np.isfinite(held))
    if wrong.size:
        raise ModelError(f"{kind}: {name}[{wrong[0]}] is {held[wrong[0]]}; it must be finite")
    return held


def pseudo_count(kind: str, value: float) -> float:
    """What is added to every bin; raises ModelError unless it is finite and >= 0."""
    try:
        held = float(value)
    except (TypeError, ValueError):
        raise ModelError(f"{kind}: pseudo_count is {value!r}; give a number") from None
    if not (math.isfinite(held) and held >= 0.0):
        raise ModelError(f"{kind}: pseudo_count is {held:g}; it must be finite and >= 0")
    return held


def not_negative(kind: str, name: str, values: Sequence[float]) -> Array:
    """Finite numbers >= 0 as an array; raises ModelError for anything else."""
    held = numbers(kind, name, values)
    wrong = np.flatnonzero(held < 0)
    if wrong.size:
        raise ModelError(f"{kind}: {name}[{wrong[0]}] is {held[wrong[0]]:g}; it must be >= 0")
    return held
