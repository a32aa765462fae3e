"""Poisson numbers of events, by inverting their distribution function."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError

# A table has about 20 sqrt(expected) entries of 8 bytes.
_MOST = 1e12


@dataclass(frozen=True, eq=False)
class EventCounts:
    """The Poisson distribution of an expected number of events; `where` names it in errors.

    Raises ModelError for more events than any toy can have.
    """

    expected: float
    where: str

    def __post_init__(self) -> None:
        if self.expected > _MOST:
            raise ModelError(
                f"{self.where}: toys of {self.expected:g} events cannot be drawn; lower the yields"
            )

    def at(self, u: NDArray[np.float64]) -> NDArray[np.int64]:
        """For each u in [0, 1) the least n whose probability to have at most n events exceeds u."""
        return self._first + np.searchsorted(self._content, u, side="right")

    @property
    def _reach(self) -> float:
        # Bounds of Chernoff: beyond it, to either side, lies less than 2^-60 of the content.
        return 10.0 * math.sqrt(self.expected) + 40.0

    @property
    def _first(self) -> int:
        return max(0, math.floor(self.expected - self._reach))

    @cached_property
    def _content(self) -> NDArray[np.float64]:
        # SciPy takes longer to load than most toys to draw, and an exact size does without.
        from scipy.special import pdtr

        last = math.ceil(self.expected + self._reach)
        return np.asarray(pdtr(np.arange(self._first, last, dtype=np.float64), self.expected))
