"""Points of exponentially modified Gaussians over many powers of ten, and their logarithm there by mpmath."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from tests.exact import log_emg

Values = NDArray[np.float64]
_DIGITS = 40

_POSITIONS = np.concatenate(
    [[-1e3, -60.0, -20.0, -8.0], np.linspace(-5.0, 5.0, 21) + 0.013, [7.0, 12.0, 60.0, 1e3]]
)
_LENGTHS = np.concatenate(
    [
        [0.0, 1e-100, 1e-12, 1e-6, 1e-3, 0.01, 0.03, 0.08, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 3.0, 7.0],
        [20.0, 100.0, 1e4, -1e-5, -0.3, -40.0],
    ]
)
U, KAPPA = np.array(list(product(_POSITIONS, _LENGTHS))).T.copy()


@cache
def exact(place: int) -> list[Any]:
    """The derivative at every point."""
    with mp.workdps(_DIGITS):
        return [log_emg(mp.mpf(u), mp.mpf(kappa), place) for u, kappa in zip(U, KAPPA, strict=True)]


def error(found: Any, place: int) -> float:
    """The largest error, relative to the derivative; to 1 where that passes through zero or underflows."""
    least = mp.mpf(1) if place in (0, 3) else mp.mpf(0)
    with mp.workdps(_DIGITS):
        return max(
            float(abs(mp.mpf(float(value)) - wanted) / max(abs(wanted), least))
            for value, wanted in zip(found, exact(place), strict=True)
        )
