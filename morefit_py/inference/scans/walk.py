"""Profile fits at many points, each begun from the nearest one that is known."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.objective import Objective
from morefit_py.fit.problem import Tally, finite, measured
from morefit_py.fit.profile import Profiled, profiled
from morefit_py.model.progress import Bar

Array = NDArray[np.float64]

# Known points that a fit is tried from before it is given up.
_TRIES = 4


@dataclass(slots=True)
class _Known:
    """A point of the profile, with the response of the other parameters once it was asked for."""

    place: Array
    theta: Array
    response: Array | None = None


@dataclass(frozen=True, eq=False)
class Walk:
    """Profile fits of an objective with the parameters `held` (k,) given, of the scales `unit` (k,)."""

    objective: Objective
    held: NDArray[np.intp]
    unit: Array
    offset: float
    known: list[_Known] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def begin(self, theta: Array) -> None:
        """Makes a minimum `theta` (P,) the first point that is known."""
        self.known.append(_Known(theta[self.held] / self.unit, theta))

    def over(self, points: Array, shown: Bar) -> tuple[Array, Array, NDArray[np.bool_]]:
        """The profile NLL (n,), all parameters (n, P) and validity (n,) at points (n, k), nearest first."""
        size = len(points)
        nll, valid = np.full(size, np.nan), np.zeros(size, dtype=bool)
        thetas = np.full((size, len(self.known[0].theta)), np.nan)
        distance = np.sum((points / self.unit - self.known[0].place) ** 2, axis=1)
        for i in np.argsort(distance, kind="stable").tolist():
            found = self._at(points[i])
            nll[i], thetas[i], valid[i] = found.nll, found.theta, found.valid
            if found.valid:
                self.known.append(_Known(points[i] / self.unit, found.theta))
            shown.advance(1)
        nll[~valid] = np.nan
        return nll, thetas, valid

    def _at(self, point: Array) -> Profiled:
        places = np.array([known.place for known in self.known])
        nearest = np.argsort(np.sum((places - point / self.unit) ** 2, axis=1), kind="stable")[:_TRIES]
        found: Profiled | None = None
        for k in nearest.tolist():
            found = self._fitted(self._predicted(self.known[k], point))
            if found.valid:
                return found
        assert found is not None
        return found

    def _fitted(self, guess: Array) -> Profiled:
        mask = np.zeros(guess.size, dtype=bool)
        mask[self.held] = True
        nowhere = np.zeros(guess.size)
        return profiled(self.objective, guess, nowhere, mask, self.offset, self.tally)

    def _predicted(self, known: _Known, point: Array) -> Array:
        """Where the other parameters will be, to first order."""
        if known.response is None:
            known.response = self._response(known.theta)
        guess = known.theta + known.response @ (point - known.theta[self.held])
        guess[self.held] = point
        return np.asarray(guess)

    def _response(self, theta: Array) -> Array:
        """The derivative (P, k) of all parameters by the held ones along the profile; zero where unknown."""
        found = np.zeros((theta.size, self.held.size))
        mask = np.zeros(theta.size, dtype=bool)
        mask[self.held] = True
        lower, upper = self.objective.lower, self.objective.upper
        free = np.flatnonzero(~(self.objective.fixed | mask | (theta <= lower) | (theta >= upper)))
        whole = measured(self.objective, theta, 2, self.tally)
        hessian = whole[2]
        if not finite(whole) or hessian is None or not free.size:
            return found
        try:
            found[free] = -np.linalg.solve(hessian[np.ix_(free, free)], hessian[np.ix_(free, self.held)])
        except np.linalg.LinAlgError:
            return found
        return found
