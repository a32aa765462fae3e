"""What goes into a minimiser and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from morefit_py.fit.objective import Matrix, Vector

if TYPE_CHECKING:
    from morefit_py.fit.problem import Problem

EDM_GOAL: Final = 1e-4
"""The largest EDM of a valid minimum: Minuit's `0.002 * tol * up` with `tol = 0.1`, `up = 0.5`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How far to go: a minimiser stops once its own estimate of the EDM is below `tol` (NLL units)."""

    tol: float = 1e-10


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where a minimiser stopped, and what it claims about that point.

    `theta` has all P parameters and `nll` carries no offset. `gradient` (P,) and `hessian` (P, P)
    are exact, zero for fixed parameters, and None where the minimiser did not evaluate them there.
    """

    theta: Vector
    nll: float
    gradient: Vector | None
    hessian: Matrix | None
    calls: dict[str, int]
    converged: bool
    message: str


Minimiser = Callable[["Problem", Settings], Minimum]
