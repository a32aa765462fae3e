"""Bins with enough expected events for a chi2: neighbours are merged until they have them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def merged(expected: Array, minimum: float) -> NDArray[np.intp]:
    """The group of each bin, neighbours together until each group has `minimum` expected events.

    What is left at the end joins the group before.
    """
    groups, total, group = np.empty(len(expected), dtype=np.intp), 0.0, 0
    for k, content in enumerate(expected.tolist()):
        groups[k] = group
        total += content
        if total >= minimum:
            group, total = group + 1, 0.0
    if group > 0:
        # Nothing, where the last group was complete.
        groups[groups == group] = group - 1
    return groups


def pooled(expected: Array, minimum: float) -> NDArray[np.intp]:
    """The group of each bin of a grid: those with fewer than `minimum` expected events are one group.

    If they have fewer together, they join the smallest of the others.
    """
    small = expected < minimum
    if not small.any():
        return np.arange(len(expected))
    if small.all():
        return np.zeros(len(expected), dtype=np.intp)
    groups = np.cumsum(~small) - 1
    target = int(groups[-1]) + 1
    if expected[small].sum() < minimum:
        target = int(groups[~small][np.argmin(expected[~small])])
    groups[small] = target
    return groups


def summed(groups: NDArray[np.intp], values: Array) -> Array:
    """The sum of the values in each group."""
    return np.bincount(groups, values, minlength=int(groups.max()) + 1).astype(np.float64)


def merged_edges(groups: NDArray[np.intp], edges: Sequence[float] | Array) -> Array:
    """The edges of groups of neighbours."""
    ends = np.asarray(edges, dtype=np.float64)
    inner = np.flatnonzero(np.diff(groups)) + 1
    return np.concatenate([ends[:1], ends[inner], ends[-1:]])
