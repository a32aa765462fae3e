"""Models that between them use everything kernels are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

import morefit_py as mf
from morefit_py.graph import build
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.symbols import Axis, Observable
from morefit_py.likelihood.likelihood import checked, program
from morefit_py.model.constraints.gaussian import GaussianConstraint
from morefit_py.model.model import Model, as_model
from morefit_py.pdfs.density import Density
from morefit_py.runtime.program import Program

Data = dict[str, mf.Dataset]
P = mf.Parameter

MASS = mf.Observable("mass", 5000.0, 6000.0)
X = mf.Observable("x", -1.0, 2.0)
WIDE = mf.Observable("w", -100.0, 100.0)
N, M = P("n", 300.0, limits=(0.0, 1e6)), P("m", 700.0, limits=(0.0, 1e6))


def _rng(rows: int) -> np.random.Generator:
    return np.random.default_rng(rows)


def _uniform(x: mf.Observable, rows: int) -> mf.Dataset:
    return mf.Dataset.from_numpy({x.name: _rng(rows).uniform(x.low, x.high, rows)})


def mass_data(rows: int) -> Data:
    rng = _rng(rows)
    peak = rng.random(rows) < 0.3
    values = np.where(peak, rng.normal(5280.0, 20.0, rows), 5000.0 + 1000.0 * rng.random(rows) ** 1.5)
    return {"data": mf.Dataset.from_numpy({"mass": values})}


def mass() -> tuple[Model, Data]:
    mu, sigma = P("mu", 5279.0, limits=(5200.0, 5350.0)), P("sigma", 21.0, limits=(5.0, 60.0))
    slope = P("slope", -0.0015, limits=(-0.02, 0.02))
    model = N * mf.pdfs.Gaussian(MASS, mu, sigma) + M * mf.pdfs.Exponential(MASS, slope)
    return as_model(model), mass_data(1000)


def crystal_balls() -> tuple[Model, Data]:
    mu, sigma = P("mu", 5279.0, limits=(5200.0, 5350.0)), P("sigma", 21.0, limits=(5.0, 60.0))
    alpha, power = P("alpha", 1.3, limits=(0.2, 5.0)), P("power", 2.7, limits=(1.1, 20.0))
    right, other = P("alpha_r", 1.8, limits=(0.2, 5.0)), P("power_r", 3.4, limits=(1.1, 20.0))
    single = mf.pdfs.CrystalBall(MASS, mu, sigma, alpha, power)
    double = mf.pdfs.DoubleCrystalBall(MASS, mu, sigma, alpha, power, right, other)
    k = P("k", 200.0, limits=(0.0, 1e6))
    return as_model(N * single + M * double + k * mf.pdfs.Uniform(MASS)), mass_data(1000)


def polynomials() -> tuple[Model, Data]:
    c = tuple(P(f"c{i}", value, limits=(-0.32, 0.32)) for i, value in enumerate((0.2, -0.3, 0.1)))
    b = tuple(P(f"b{i}", value, limits=(0.01, 5.0)) for i, value in enumerate((0.4, 1.3, 0.7, 0.2)))
    model = N * mf.pdfs.Chebyshev(X, c) + M * mf.pdfs.Bernstein(X, (1.0, *b))
    return as_model(model), {"data": _uniform(X, 1001)}


def argus() -> tuple[Model, Data]:
    endpoint = mf.Observable("m", 0.0, 5.29)
    c, p = P("c", 5.0, limits=(0.1, 20.0)), P("p", 0.6, limits=(0.3, 1.5))
    return as_model(mf.pdfs.Argus(endpoint, c, p)), {"data": _uniform(endpoint, 500)}


def formula() -> tuple[Model, Data]:
    names = {"x": X, "tau": P("tau", 1.5, limits=(0.2, 9.0)), "a": P("a", 0.3, limits=(0.0, 2.0))}
    model = N * mf.pdfs.Formula.parse("(1 + a*x**2) * exp(-x/tau)", names) + M * mf.pdfs.Uniform(X)
    return as_model(model), {"data": _uniform(X, 700)}


def quadrature() -> tuple[Model, Data]:
    names = {"x": X, "a": P("a", 0.6, limits=(0.1, 2.0)), "b": P("b", 0.4, limits=(0.0, 0.9))}
    model = mf.pdfs.Formula.parse("exp(-a*x**4) * (1 + b*sin(3*x)) + erf(x + 1.5)**2", names)
    return as_model(model), {"data": _uniform(X, 700)}


def channels() -> tuple[Model, Data]:
    mean, width = P("mean", 0.4, limits=(-1.0, 2.0)), P("width", 0.5, limits=(0.1, 3.0))
    slope, ratio = P("slope", -0.4, limits=(-3.0, 3.0)), P("ratio", 0.5, limits=(0.01, 3.0))
    first = N * mf.pdfs.Gaussian(X, mean, width) + M * mf.pdfs.Exponential(X, slope)
    second = (ratio * N) * mf.pdfs.Gaussian(X, mean, 1.4 * width) + M * mf.pdfs.Uniform(X)
    model = Model({"first": first, "second": second}, (GaussianConstraint(ratio, 0.55, 0.1),))
    rng = _rng(2)
    weighted = mf.Dataset.from_numpy({"x": rng.uniform(-1.0, 2.0, 333)}, rng.uniform(0.0, 2.0, 333))
    return model, {"first": _uniform(X, 600), "second": weighted}


def far_apart() -> tuple[Model, Data]:
    """Two narrow peaks: between them both densities underflow, and only their logarithms survive."""
    left, right = P("left", -40.0, limits=(-60.0, -20.0)), P("right", 50.0, limits=(20.0, 60.0))
    width = P("width", 1.5, limits=(0.3, 5.0))
    model = N * mf.pdfs.Gaussian(WIDE, left, width) + M * mf.pdfs.Gaussian(WIDE, right, width)
    return as_model(model), {"data": _uniform(WIDE, 500)}


@dataclass(frozen=True, eq=False)
class Kernels(Density):
    """Gaussian kernels around fixed centres that move and widen together."""

    observable: Observable
    shift: Operand
    width: Operand

    def _sum(self, term: Callable[[Node], Node]) -> Node:
        rows = {"kernels.m": _rng(3).uniform(-1.0, 2.0, 30), "kernels.w": _rng(4).uniform(0.1, 1.0, 30)}
        centre, weight = (mf.Observable(name, -1.0, 2.0) for name in rows)
        return build.inner(Axis("kernels", rows), weight * term(centre - centre * self.shift))

    def shape(self) -> Node:
        return self._sum(lambda at: build.exp(-0.5 * ((self.x - at) / self.width) ** 2))

    def between(self, low: Operand, high: Operand) -> Node:
        def cdf(end: Operand, at: Node) -> Node:
            return build.erf((end - at) / (self.width * np.sqrt(2.0)))

        return self._sum(lambda at: self.width * np.sqrt(np.pi / 2.0) * (cdf(high, at) - cdf(low, at)))


@dataclass(frozen=True, eq=False)
class Smeared(Density):
    """A density of x given y, normalised by quadrature for every event."""

    observable: Observable
    centre: Operand
    steepness: Operand

    def _at(self, x: Operand) -> Node:
        return build.exp(-self.steepness * (as_node(x) - self.centre) ** 4)

    def shape(self) -> Node:
        return self._at(self.x)

    def integral(self) -> Node:
        nodes, weights = np.polynomial.legendre.leggauss(40)
        rows = {"rule.x": 0.5 + 1.5 * nodes, "rule.w": 1.5 * weights}
        node, weight = (mf.Observable(name, -1.0, 2.0) for name in rows)
        return build.inner(Axis("rule", rows), weight * self._at(node))


@dataclass(frozen=True, eq=False)
class Spline(Density):
    """The exponential of a piecewise linear function that is stretched by a parameter."""

    observable: Observable
    stretch: Operand
    edges = (-4.0, -0.5, 0.3, 1.1, 2.0, 7.0)
    values = (0.3, 0.1, 0.9, 0.4, 0.7, 0.2)

    def breaks(self) -> tuple[Operand, ...]:
        return tuple(edge / self.stretch for edge in self.edges[1:-1])

    def log_shape(self) -> Node:
        u = self.stretch * self.x
        slopes = np.diff(self.values) / np.diff(self.edges)
        pieces = (self.values[:-1], slopes, self.edges[:-1])
        start, rise, left = (build.table(self.edges, piece, u) for piece in pieces)
        return start + rise * (u - left)


def kernels() -> tuple[Model, Data]:
    shift, width = P("shift", 0.1, limits=(-0.5, 0.5)), P("width", 0.2, limits=(0.05, 1.0))
    return as_model(N * Kernels(X, shift, width) + M * mf.pdfs.Uniform(X)), {"data": _uniform(X, 700)}


def conditional() -> tuple[Model, Data]:
    y = mf.Observable("y", 0.0, 1.0)
    slope, steep = P("slope", 0.8, limits=(-2.0, 2.0)), P("steep", 1.5, limits=(0.1, 5.0))
    model = as_model(Smeared(X, slope * y, steep))
    rows = {"x": _rng(5).uniform(-1.0, 2.0, 700), "y": _rng(6).uniform(0.0, 1.0, 700)}
    return model, {"data": mf.Dataset.from_numpy(rows)}


def spline() -> tuple[Model, Data]:
    stretch = P("stretch", 1.2, limits=(0.8, 1.6))
    return as_model(N * Spline(X, stretch) + M * mf.pdfs.Uniform(X)), {"data": _uniform(X, 700)}


MODELS: Mapping[str, Callable[[], tuple[Model, Data]]] = {
    made.__name__: made
    for made in (
        mass,
        crystal_balls,
        polynomials,
        argus,
        formula,
        quadrature,
        channels,
        far_apart,
        kernels,
        conditional,
        spline,
    )
}


@cache
def compiled(name: str) -> tuple[Model, Data, Program]:
    """A model, data for it, and its program: optimised once however many machines run it."""
    model, data = MODELS[name]()
    held = checked(model, data)
    return model, held, program(model, held)
