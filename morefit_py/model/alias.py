"""Choices by weight from one uniform number, in constant time.

Walker's alias method (ACM Trans. Math. Softw. 3 (1977) 253): n columns of equal content each hold one choice
below a share of their height and another above it. The table is made by Vose's rule (IEEE Trans. Softw. Eng.
17 (1991) 972), whose loop is here two searches in cumulative sums: columns that are too light are filled, in
order, from those that are too heavy, and a heavy one that is overdrawn is filled from the next.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def alias_table(weights: Array) -> tuple[Array, NDArray[np.intp]]:
    """The share of each column that is its own, and the choice above it, both of shape (n,).

    The weights of shape (n,) are finite, not negative, and of a positive sum.
    """
    content = weights * (len(weights) / weights.sum())
    other = np.arange(len(weights))
    light, heavy = np.flatnonzero(content < 1.0), np.flatnonzero(content >= 1.0)
    if not (len(light) and len(heavy)):
        return np.ones(len(weights)), other
    missing = np.cumsum(1.0 - content[light])
    excess = np.cumsum(content[heavy] - 1.0)
    share = np.minimum(content, 1.0)
    last = len(heavy) - 1
    # A light column is filled from the first heavy one that those before it did not exhaust.
    before = np.concatenate([[0.0], missing[:-1]])
    other[light] = heavy[np.minimum(np.searchsorted(excess, before, side="left"), last)]
    # The light column that overdraws a heavy one takes more than its excess; the next heavy one fills it.
    end = np.searchsorted(missing, excess[:-1], side="right")
    overdrawn = end < len(light)
    short = missing[np.minimum(end, len(light) - 1)] - excess[:-1]
    share[heavy[:-1]] = np.where(overdrawn, np.clip(1.0 - short, 0.0, 1.0), 1.0)
    other[heavy[:-1]] = np.where(overdrawn, heavy[1:], heavy[:-1])
    return share, other
