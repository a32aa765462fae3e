"""The energy of two samples: large where they are not of one distribution, whatever the dimension.

Aslan and Zech, Nucl. Instrum. Meth. A 537 (2005) 626; Williams, JINST 5 (2010) P09004.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LOG: Final = "log"
GAUSSIAN: Final = "gaussian"
KERNELS: Final = (LOG, GAUSSIAN)
# What is added to a distance under the logarithm: events closer than this repel no more.
_CUT = 1e-3
# Pairs at once.
_BLOCK = 1 << 22


def energies(data: Array, model: Array, labels: Array, kernel: str, width: float) -> Array:
    """The energy of each division of two samples (n, d) and (m, d) pooled, by `labels` (n + m, B) of 0 and 1.

    T = mean psi of pairs within one / 2 + that within the other / 2 - that of pairs between, psi(r) =
    -log(r + 0.001) or exp(-r^2/(2 width^2)); its mean is 0 where both are of one distribution.
    """
    from scipy.spatial.distance import cdist

    pool = np.concatenate([data, model])
    size = len(pool)
    marked = np.concatenate([labels, np.ones((size, 1))], axis=1)
    within, rows = np.zeros(labels.shape[1]), np.empty(size)
    step = max(1, _BLOCK // size)
    for begin in range(0, size, step):
        part = slice(begin, min(begin + step, size))
        psi = _kernel(cdist(pool[part], pool), kernel, width)
        # No event is paired with itself.
        psi[np.arange(psi.shape[0]), np.arange(part.start, part.stop)] = 0.0
        sums = psi @ marked
        within += np.sum(labels[part] * sums[:, :-1], axis=0)
        rows[part] = sums[:, -1]
    between = rows @ labels - within
    outside = rows.sum() - within - 2.0 * between
    n = labels.sum(axis=0)
    m = size - n
    inside = 0.5 * within / (n * (n - 1.0)) + 0.5 * outside / (m * (m - 1.0))
    return np.asarray(inside - between / (n * m))


def energy(data: Array, model: Array, kernel: str = LOG, width: float = 0.5) -> float:
    """The energy of two samples (n, d) and (m, d), in coordinates of the same size."""
    labels = (np.arange(len(data) + len(model)) < len(data)).astype(np.float64)[:, None]
    return float(energies(data, model, labels, kernel, width)[0])


def permuted(
    data: Array, model: Array, count: int, generator: np.random.Generator, kernel: str, width: float
) -> Array:
    """The energies of `count` random divisions of the pooled samples into two of their sizes."""
    size = len(data) + len(model)
    labels = np.zeros((size, count))
    for k in range(count):
        labels[generator.permutation(size)[: len(data)], k] = 1.0
    return energies(data, model, labels, kernel, width)


def _kernel(distance: Array, kernel: str, width: float) -> Array:
    if kernel == LOG:
        return -np.log(distance + _CUT)
    return np.exp(-0.5 * (distance / width) ** 2)
