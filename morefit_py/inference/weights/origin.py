"""What event weights were made from: how they move with the data is known from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.hesse import Hesse, hesse
from morefit_py.likelihood.likelihood import Likelihood

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fit at its minimum `theta` (P,), seen from the events of one channel; `picture` is its Hessian's."""

    likelihood: Likelihood
    channel: str
    theta: Array
    picture: Hesse

    @property
    def moved(self) -> tuple[str, ...]:
        """The parameters that the data moved: free, and not at a limit."""
        errors = self.picture.errors
        pairs = zip(self.likelihood.parameters, errors.tolist(), strict=True)
        return tuple(name for name, error in pairs if error > 0.0)

    def index(self, names: tuple[str, ...]) -> list[int]:
        """Where parameters stand."""
        return [self.likelihood.parameters.index(name) for name in names]

    def scores(self) -> Array:
        """The scores (n, P) of the events by all parameters."""
        return self.likelihood.scores(self.theta, self.channel)

    def others(self, own: Array) -> Array:
        """How the gradient fluctuates (P, P) apart from this channel's events, whose part is `own`.

        That is by constraints and other channels.
        """
        if len(self.likelihood.model.channels) > 1:
            return self.likelihood.score_products(self.theta) - own
        return self.likelihood.constraint_hessian(self.theta)


@dataclass(frozen=True, eq=False)
class Origin:
    """How weights came about.

    `from_data` says that A is the inverse of a sum over the data and I the total density (sWeights), not of
    an integral (COWs). `factor` (n,) is what multiplies the function of an event: the data's own
    weight over its efficiency. `shapes` is the fit of the densities' parameters, if there was one. `breaks`
    are points where the variance function is not smooth.
    """

    from_data: bool
    own_weights: Array
    factor: Array
    shapes: Fitted | None
    breaks: tuple[float, ...] = ()


def fitted(likelihood: Likelihood, theta: Array, channel: str) -> Fitted:
    """The fit at its minimum `theta` (P,)."""
    _, gradient, hessian = likelihood.evaluate(theta, 2)
    assert gradient is not None
    assert hessian is not None
    return Fitted(likelihood, channel, theta, hesse(likelihood, theta, gradient, hessian))
