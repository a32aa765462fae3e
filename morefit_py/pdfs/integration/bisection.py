"""Panels of a one-dimensional rule, halved where an integrand needs it, wherever its parameters are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# From the lower ends and widths of panels to the integral and that of the absolute value over each, for
# every point of the parameters: two arrays of shape (points, panels).
Panels = Callable[[Array, Array], tuple[Array, Array]]

# Beyond it a double has no digits left between the ends of a panel.
_DEEPEST = 45


def bisected(panels: Panels, edges: Array, tolerance: float, most: int) -> Array | None:
    """The edges of panels of which none changes by more than `tolerance` of the whole when halved.

    The whole is the integral of the absolute value. None if that takes more than `most` panels.
    """
    low, width = edges[:-1], np.diff(edges)
    value, size = panels(low, width)
    whole = size.sum(axis=1, keepdims=True)
    kept = [edges[-1:]]
    count = 0
    for _ in range(_DEEPEST):
        half = 0.5 * width
        left, right = panels(low, half), panels(low + half, half)
        whole = whole + (left[1] + right[1] - size).sum(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            change = np.abs(value - left[0] - right[0]) / whole
        # A shape that vanishes everywhere is not a question of accuracy; the survey reports it.
        split = np.max(np.where(np.isfinite(change), change, 0.0), axis=0) > tolerance
        kept.append(low[~split])
        count += int(np.count_nonzero(~split))
        if not split.any():
            return np.sort(np.concatenate(kept))
        low, width = np.concatenate([low[split], (low + half)[split]]), np.tile(half[split], 2)
        value, size = (
            np.concatenate([a[:, split], b[:, split]], axis=1) for a, b in zip(left, right, strict=True)
        )
        if count + len(low) > most:
            return None
    return None
