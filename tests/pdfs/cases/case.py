"""What a case is: a density at one point, and the same shape in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.density import Density

MASS = Observable("mass", 5000.0, 6000.0)
UNIT = Observable("u", -1.0, 2.0)
ENERGY = Observable("energy", 3.0, 5.29)
FULL_ENERGY = Observable("energy", 0.0, 5.29)


@dataclass(frozen=True, eq=False)
class Case:
    """A density and the same shape, up to a factor, as a function of an array of the observable."""

    name: str
    density: Density
    shape: Callable[[np.ndarray], np.ndarray]
    # Whether the shape has a continuous derivative in the observable.
    smooth: bool = True
    # By how much a parameter moves the density, for derivatives by differences; others have a default.
    scales: Mapping[str, float] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        return {parameter.name: parameter.init for parameter in self.density.parameters}

    @property
    def breaks(self) -> list[float]:
        x = self.density.x
        found = [float(evaluate([as_node(point)], self.values)[0]) for point in self.density.breaks()]
        return sorted(point for point in found if x.low < point < x.high)

    @cached_property
    def panels(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and weights of a rule far finer than any the package makes, cut at the breaks."""
        return self.rule(self.density.x.low, self.density.x.high)

    def rule(self, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        """The nodes and weights over part of the range."""
        u, w = np.polynomial.legendre.leggauss(32)
        close = 0.3 ** np.arange(1, 60)
        pieces = [low, *(point for point in self.breaks if low < point < high), high]
        edges = [
            np.concatenate([np.linspace(a, b, 301), a + (b - a) * close, b - (b - a) * close])
            for a, b in pairwise(pieces)
        ]
        grid = np.unique(np.concatenate(edges))
        half = np.diff(grid)[:, None] / 2
        return (grid[:-1, None] + half * (1 + u)).ravel(), (half * w).ravel()

    @cached_property
    def normalisation(self) -> float:
        nodes, weights = self.panels
        return float(np.sum(weights * self.shape(nodes)))

    def log_density(self, x: np.ndarray, **changed: float) -> np.ndarray:
        """The package's log density."""
        value = evaluate([self.density.log_density()], self.values | changed, {"": {self.density.x.name: x}})
        return np.broadcast_to(value[0], np.shape(x))

    def grid(self, rows: int = 101) -> np.ndarray:
        x = self.density.x
        return np.linspace(x.low, x.high, rows + 2)[1:-1]


def parameters(**starts: float) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, value) for name, value in starts.items())
