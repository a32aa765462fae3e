"""Objectives that every pass is held against: likelihoods over a few events, and random ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from morefit_py.graph.build import Node, curve, exp, inner, log, select, sin, total
from morefit_py.graph.curve import Grid
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.model.model import as_model
from morefit_py.model.nll import nll
from morefit_py.pdfs.backgrounds.chebyshev import Chebyshev
from morefit_py.pdfs.backgrounds.exponential import Exponential
from morefit_py.pdfs.peaks.crystal_ball import CrystalBall
from morefit_py.pdfs.peaks.gaussian import Gaussian
from tests.strategies import PARAMETERS, WITH_ROWS, expressions

ROWS = 40


@dataclass(frozen=True)
class Case:
    """An objective with parameter values and data."""

    objective: Node
    parameters: tuple[Parameter, ...]
    values: dict[str, float]
    columns: Mapping[str, Mapping[str, Any]]

    def evaluate(self, roots: list[Node]) -> np.ndarray:
        return np.array(evaluate(roots, self.values, self.columns), dtype=float)


def mass_model() -> Case:
    """Gaussian and exponential with yields: every pass has something to do."""
    x = Observable("mass", 5000.0, 6000.0)
    model = as_model(
        Parameter("n_sig", 12.0, limits=(0, 100))
        * Gaussian(x, Parameter("mu", 5283.0, limits=(5200, 5350)), Parameter("sigma", 22.0, limits=(5, 50)))
        + Parameter("n_bkg", 25.0, limits=(0, 100))
        * Exponential(x, Parameter("slope", -0.002, limits=(-0.01, 0.01)))
    )
    rng = np.random.default_rng(5)
    data = {"mass": np.concatenate([rng.normal(5280, 20, 15), rng.uniform(5000, 6000, ROWS - 15)])}
    return Case(nll(model), model.parameters, _starts(model.parameters), {"data": data})


def wide_model(components: int = 4) -> Case:
    """Several crystal balls and a polynomial: more interface values than parameters."""
    x = Observable("mass", 5000.0, 6000.0)
    terms = Parameter("n0", 30.0, limits=(0, 100)) * Chebyshev(
        x, (Parameter("c1", 0.1, limits=(-0.2, 0.2)), Parameter("c2", -0.1, limits=(-0.2, 0.2)))
    )
    for i in range(1, components):
        shape = CrystalBall(
            x,
            Parameter(f"mu{i}", 5100.0 + 200 * i, limits=(5000, 6000)),
            Parameter(f"sigma{i}", 25.0 + i, limits=(10, 60)),
            Parameter(f"alpha{i}", 1.2 + 0.1 * i, limits=(0.5, 4)),
            Parameter(f"n{i}_tail", 3.0 + i, limits=(1.5, 20)),
        )
        terms = terms + Parameter(f"n{i}", 10.0 * i, limits=(0, 100)) * shape
    model = as_model(terms)
    data = {"mass": np.random.default_rng(6).uniform(5000, 6000, ROWS)}
    return Case(nll(model), model.parameters, _starts(model.parameters), {"data": data})


def nested_sum() -> Case:
    """A sum over events normalised by a sum over fixed rows that depends on the same parameters."""
    x, a, b = Observable("x", 0.0, 2.0), Parameter("a", 0.7), Parameter("b", 1.3)
    nodes = np.linspace(0.05, 1.95, 20)
    shape = exp(-a * x**2) + b
    norm = total(Axis("nodes", {"x": nodes}), shape) * 0.1
    objective = total(Axis("data"), -log(shape / norm)) + (a - 0.5) ** 2
    data = {"x": np.random.default_rng(7).uniform(0, 2, ROWS)}
    return Case(objective, (a, b), {"a": 0.7, "b": 1.3}, {"data": data})


def kernels() -> Case:
    """Weighted kernels that move and widen with parameters, in a mixture; their width is itself a sum."""
    x, y = Observable("x", 0.0, 2.0), Observable("y", 0.0, 1.0)
    shift, width, share = (
        Parameter(name, value) for name, value in (("shift", 0.1), ("width", 0.3), ("share", 0.6))
    )
    rng = np.random.default_rng(8)
    axis = Axis("kernels", {"kernels.m": rng.uniform(0.0, 2.0, 9), "kernels.w": rng.uniform(0.2, 1.0, 9)})
    centre, weight = Observable("kernels.m", 0.0, 2.0), Observable("kernels.w", 0.0, 1.0)
    scale = width * total(Axis("nodes", {"x": np.linspace(0.0, 2.0, 5)}), exp(-width * x)) * (1.0 + 0.2 * y)
    shape = inner(axis, weight * exp(-0.5 * ((x - centre - shift * centre) / scale) ** 2)) / scale
    objective = total(Axis("data"), -log(share * shape + (1.0 - share) * 0.5)) + share**2
    rng = np.random.default_rng(9)
    data = {"x": rng.uniform(0, 2, ROWS), "y": rng.uniform(0, 1, ROWS)}
    return Case(objective, (shift, width, share), {"shift": 0.1, "width": 0.3, "share": 0.6}, {"data": data})


def conditional() -> Case:
    """A density normalised by quadrature for every event, and a sum over rows of such a sum."""
    x, y, node = Observable("x", 0.0, 2.0), Observable("y", 0.0, 1.0), Observable("rule.x", 0.0, 2.0)
    weight, step = Observable("rule.w", 0.0, 1.0), Observable("steps.k", 0.0, 3.0)
    a, b = Parameter("a", 0.7), Parameter("b", 1.3)
    at, w = np.polynomial.legendre.leggauss(12)
    rule = Axis("rule", {"rule.x": 1.0 + at, "rule.w": w})
    steps = Axis("steps", {"steps.k": np.arange(4.0)})

    def shape(u: Node | Observable) -> Node:
        return exp(-a * u * u) + select(u < y, b * u, 0.5)

    norm = inner(rule, weight * shape(node))
    waves = inner(steps, exp(-0.1 * step * norm) * sin(step * x))
    rng = np.random.default_rng(10)
    data = {"x": rng.uniform(0, 2, ROWS), "y": rng.uniform(0, 1, ROWS)}
    objective = total(Axis("data"), log(norm) - log(shape(x)) + a * waves)
    return Case(objective, (a, b), {"a": 0.7, "b": 1.3}, {"data": data})


def curves() -> Case:
    """Densities on grids, one with a sum over rows, at the event's place and at one that moves."""
    x, grid = Observable("x", -3.0, 3.0), Grid(-5.0, 5.0, 65)
    near = Axis("near", {"near.m": np.linspace(-1.0, 1.0, 5)})
    m = Observable("near.m", -1.0, 1.0)
    a, s, f = (
        Parameter("a", 0.3, (-1.0, 1.0)),
        Parameter("s", 1.2, (0.5, 2.0)),
        Parameter("f", 0.4, (0.0, 1.0)),
    )
    peak = curve(grid, x, lambda point: exp(-0.5 * ((point - a) / s) ** 2) / s)
    sums = curve(grid, x - a, lambda point: inner(near, exp(-(((point - m) / s) ** 2))))
    data = {"x": np.random.default_rng(4).uniform(-3.0, 3.0, ROWS)}
    objective = -total(Axis("data"), log(f * peak + (1.0 - f) * sums))
    return Case(objective, (a, s, f), _starts((a, s, f)), {"data": data})


CASES = {
    "mass": mass_model,
    "wide": wide_model,
    "nested": nested_sum,
    "kernels": kernels,
    "conditional": conditional,
    "curves": curves,
}


@st.composite
def random_cases(draw: st.DrawFn) -> Case:
    """The sum of a random expression over the rows where it is known to be finite."""
    example = draw(expressions(max_leaves=14, operations=WITH_ROWS))
    objective = total(Axis("data"), example.node)
    return Case(objective, PARAMETERS, example.parameters, {"data": example.columns})


def _starts(parameters: tuple[Parameter, ...]) -> dict[str, float]:
    return {parameter.name: parameter.init for parameter in parameters}
