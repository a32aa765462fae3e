"""What a minimiser needs to know of a likelihood."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class Objective(Protocol):
    """A function of P parameters with exact first and second derivatives.

    `lower` and `upper` are -inf and +inf where a parameter has no limit.
    """

    @property
    def parameters(self) -> tuple[str, ...]: ...
    @property
    def initial(self) -> Vector: ...
    @property
    def lower(self) -> Vector: ...
    @property
    def upper(self) -> Vector: ...
    @property
    def fixed(self) -> NDArray[np.bool_]: ...

    def evaluate(self, theta: Vector, order: int) -> tuple[float, Vector | None, Matrix | None]:
        """The NLL at `theta`, its gradient if `order >= 1` and its Hessian if `order == 2`."""
        ...


@runtime_checkable
class Judge(Protocol):
    """An objective that can tell of a point more than its value: why it is no valid result."""

    def flaws(self, theta: Vector) -> tuple[str, ...]:
        """What is wrong at `theta` (P,), one sentence each; empty for nothing."""
        ...
