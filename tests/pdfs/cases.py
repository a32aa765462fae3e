"""Every density at ordinary points and at the edges of its domain, with its formula in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from morefit_py.graph.build import as_node, exp, select
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import (
    Argus,
    Bernstein,
    Chebyshev,
    CrystalBall,
    DoubleCrystalBall,
    Exponential,
    Formula,
    Gaussian,
    Uniform,
    fractions,
)
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
        x = self.density.x
        u, w = np.polynomial.legendre.leggauss(32)
        close = np.concatenate([np.linspace(0, 1, 301), 0.3 ** np.arange(1, 25), 1 - 0.3 ** np.arange(1, 20)])
        pieces = [x.low, *self.breaks, x.high]
        edges = [a + (b - a) * np.unique(close) for a, b in pairwise(pieces)]
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


def gaussian(name: str, mu: float, sigma: float) -> Case:
    return Case(
        f"gaussian {name}",
        Gaussian(MASS, *parameters(mu=mu, sigma=sigma)),
        lambda x: np.exp(-(((x - mu) / sigma) ** 2) / 2),
    )


def exponential(name: str, slope: float) -> Case:
    end = MASS.low if slope < 0 else MASS.high
    return Case(
        f"exponential {name}",
        Exponential(MASS, *parameters(slope=slope)),
        lambda x: np.exp(slope * (x - end)),
    )


def _crystal_ball(t: np.ndarray, alpha: float, n: float) -> np.ndarray:
    b = n / alpha - alpha
    power = np.exp(n * np.log(n / alpha) - alpha**2 / 2 - n * np.log(np.where(t < -alpha, b - t, n / alpha)))
    return np.where(t > -alpha, np.exp(-(t**2) / 2), power)


def crystal_ball(name: str, mu: float, sigma: float, alpha: float, n: float) -> Case:
    return Case(
        f"crystal_ball {name}",
        CrystalBall(MASS, *parameters(mu=mu, sigma=sigma, alpha=alpha, n=n)),
        lambda x: _crystal_ball((x - mu) / sigma, alpha, n),
    )


def double_crystal_ball(
    name: str, mu: float, sigma: float, alpha_l: float, n_l: float, alpha_r: float, n_r: float
) -> Case:
    starts = {"mu": mu, "sigma": sigma, "alpha_l": alpha_l, "n_l": n_l, "alpha_r": alpha_r, "n_r": n_r}

    def shape(x: np.ndarray) -> np.ndarray:
        t = (x - mu) / sigma
        return np.where(t < 0, _crystal_ball(t, alpha_l, n_l), _crystal_ball(-t, alpha_r, n_r))

    return Case(f"double_crystal_ball {name}", DoubleCrystalBall(MASS, *parameters(**starts)), shape)


def chebyshev(name: str, *c: float) -> Case:
    starts = parameters(**{f"c{i}": value for i, value in enumerate(c, start=1)})

    def shape(x: np.ndarray) -> np.ndarray:
        u = (2 * x - (MASS.low + MASS.high)) / MASS.width
        return np.polynomial.chebyshev.chebval(u, [1.0, *c])

    return Case(f"chebyshev {name}", Chebyshev(MASS, starts), shape)


def bernstein(name: str, *b: float) -> Case:
    starts = parameters(**{f"b{i}": value for i, value in enumerate(b)})
    from scipy.interpolate import BPoly

    return Case(
        f"bernstein {name}",
        Bernstein(MASS, starts),
        BPoly(np.array(b, dtype=float)[:, None], [MASS.low, MASS.high]),
    )


def argus(name: str, x: Observable, c: float, p: float) -> Case:
    def shape(m: np.ndarray) -> np.ndarray:
        z = 1 - (m / x.high) ** 2
        return m * z**p * np.exp(c * z - max(c, 0.0))

    return Case(f"argus {name}", Argus(x, *parameters(c=c, p=p)), shape)


def _kinked() -> Case:
    centre, slope = parameters(centre=0.3, slope=1.7)
    expression = 1.0 + slope * abs(UNIT - centre) + select(UNIT < 1.0, 0.5, 0.0)

    def shape(x: np.ndarray) -> np.ndarray:
        return 1.0 + 1.7 * np.abs(x - 0.3) + np.where(x < 1.0, 0.5, 0.0)

    return Case("formula kinked", Formula(expression), shape, smooth=False)


def _smooth() -> Case:
    rate, power = parameters(rate=0.7, power=2.5)
    expression = exp(-rate * UNIT) * (as_node(UNIT) + 1.0) ** power
    return Case("formula smooth", Formula(expression), lambda x: np.exp(-0.7 * x) * (x + 1) ** 2.5)


def _fractions() -> Case:
    share, rest = parameters(share=0.3, rest=0.6)
    core, wide, slope = gaussian("", 5280, 20), gaussian("", 5280, 60), exponential("", -1e-3)
    held = [
        Gaussian(MASS, *parameters(mu=5280, sigma=20)),
        Gaussian(MASS, *parameters(mu=5280, wide=60)),
        Exponential(MASS, *parameters(slope=-1e-3)),
    ]
    parts = [0.3, 0.6, 1 - 0.3 - 0.6]

    def shape(x: np.ndarray) -> np.ndarray:
        shapes = (core, wide, slope)
        return sum(f * case.shape(x) / case.normalisation for f, case in zip(parts, shapes, strict=True))

    return Case("fractions", fractions(held, share, rest), shape)


CASES = [
    gaussian("centred", 5500, 50),
    gaussian("beyond the lower bound", 4800, 40),
    gaussian("beyond the upper bound", 6300, 60),
    gaussian("at a bound", 5000, 30),
    gaussian("narrow", 5280, 0.8),
    gaussian("wide", 5300, 20000),
    exponential("falling", -0.004),
    exponential("rising", 0.02),
    exponential("flat", 0.0),
    exponential("nearly flat", 1e-9),
    exponential("steep", -2.0),
    crystal_ball("ordinary", 5280, 20, 1.3, 3),
    crystal_ball("n near 1", 5280, 20, 1.3, 1.0 + 1e-7),
    crystal_ball("large n", 5280, 20, 1.3, 1e4),
    crystal_ball("long tail", 5900, 15, 0.2, 1.5),
    crystal_ball("small n over alpha", 5700, 10, 4.0, 1.01),
    crystal_ball("all core", 5020, 30, 3.0, 4),
    crystal_ball("all tail", 6500, 60, 1.0, 5),
    crystal_ball("right flank only", 4900, 40, 1.5, 2),
    crystal_ball("join at the lower bound", 5030, 20, 1.5, 2),
    crystal_ball("join at the upper bound", 6030, 20, 1.5, 2),
    crystal_ball("wide", 5500, 5000, 0.5, 2),
    double_crystal_ball("ordinary", 5280, 20, 1.3, 3, 1.8, 5),
    double_crystal_ball("symmetric", 5500, 20, 1.3, 3, 1.3, 3),
    double_crystal_ball("large n", 5280, 20, 1.3, 1e4, 1.3, 1e4),
    double_crystal_ball("all core", 5500, 300, 2.0, 3, 2.5, 3),
    double_crystal_ball("left tail only", 6500, 60, 1.0, 5, 1.2, 3),
    double_crystal_ball("right tail only", 4700, 40, 1.0, 5, 1.2, 3),
    double_crystal_ball("core and right tail", 4995, 40, 1.0, 5, 1.2, 3),
    chebyshev("third order", -0.4, 0.15, 0.05),
    chebyshev("eighth order", 0.2, -0.1, 0.1, 0.05, -0.05, 0.03, 0.02, 0.1),
    chebyshev("touching zero", -1.0),
    bernstein("third order", 1.0, 0.4, 0.2, 0.7),
    bernstein("zero at the bounds", 0.0, 1.0, 0.5, 0.0),
    bernstein("constant", 2.0),
    Case("uniform", Uniform(MASS), np.ones_like),
    argus("ordinary", ENERGY, -20, 0.5),
    argus("from zero", FULL_ENERGY, -3.0, 0.5),
    argus("rising", ENERGY, 8.0, 0.5),
    argus("no power", ENERGY, -5.0, 0.0),
    argus("no exponential", ENERGY, 0.0, 1.3),
    argus("small power", ENERGY, -5.0, 0.05),
    argus("steep", FULL_ENERGY, 300.0, 2.0),
    argus("steep the other way", FULL_ENERGY, -300.0, 3.0),
    _smooth(),
    _kinked(),
    _fractions(),
]

ORDINARY = [
    next(case for case in CASES if case.density.type == kind)
    for kind in sorted({c.density.type for c in CASES})
]
