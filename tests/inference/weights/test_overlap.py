"""Integrals of products of densities against SciPy's quadrature."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE
from morefit_py.graph.table import table
from morefit_py.inference.weights.components import Components
from morefit_py.inference.weights.overlap import overlap

from .mixtures import MASS, exponential, mass_model, normal


def held(width: float = 0.1) -> Components:
    terms = mass_model().channels["d"].terms
    values = {"mean": 0.5, "width": width, "fall": -1.0}
    return Components(tuple(t.name for t in terms), tuple(t.density for t in terms), values)


def by_quad(k: int, l: int, width: float, variance: float | None = None) -> float:  # noqa: E741
    p = [lambda m: float(normal(m, 0.5, width)), lambda m: float(exponential(m, -1.0, 1.0))]
    total = (lambda m: 1.0) if variance is None else (lambda m: 1.0 + variance * m)
    edges = [0.0, 0.5 - 5 * width, 0.5, 0.5 + 5 * width, 1.0]
    return sum(
        quad(lambda m: p[k](m) * p[l](m) / total(m), a, b, epsrel=1e-12)[0] for a, b in pairwise(edges)
    )


@pytest.mark.parametrize("width", [0.1, 0.002])
def test_uniform_variance(width: float) -> None:
    found = overlap(held(width), ONE)
    expected = np.array([[by_quad(k, l, width) for l in range(2)] for k in range(2)])  # noqa: E741
    assert found.matrix == pytest.approx(expected, rel=1e-9)
    assert found.error < 1e-9


def test_variance_of_the_user() -> None:
    found = overlap(held(), 1.0 + 3.0 * MASS.node)
    expected = np.array([[by_quad(k, l, 0.1, 3.0) for l in range(2)] for k in range(2)])  # noqa: E741
    assert found.matrix == pytest.approx(expected, rel=1e-10)


def test_steps_are_integrated_piece_by_piece() -> None:
    edges, heights = [0.0, 0.237, 0.611, 1.0], [1.0, 4.0, 0.5]
    found = overlap(held(), table(edges, heights, MASS), edges)
    p = [lambda m: float(normal(m)), lambda m: float(exponential(m, -1.0, 1.0))]
    expected = [
        [
            sum(
                quad(lambda m: p[k](m) * p[l](m), a, b, epsrel=1e-12)[0] / h  # noqa: B023
                for a, b, h in zip(edges[:-1], edges[1:], heights, strict=True)
            )
            for l in range(2)  # noqa: E741
        ]
        for k in range(2)
    ]
    assert found.matrix == pytest.approx(np.array(expected), rel=1e-10)


def test_what_cannot_be_integrated() -> None:
    with pytest.raises(ModelError, match=r"variance function is -0.\d+ at 0.\d+; it must be positive"):
        overlap(held(), MASS.node - 0.5)
    with pytest.raises(ModelError, match="uncertain by"):
        overlap(held(), mf.expressions.absolute(MASS.node - 0.3) + 1e-12)
    y = mf.Observable("y", 0.0, 1.0)
    both = mf.pdfs.Product((mf.pdfs.Uniform(MASS), mf.pdfs.Uniform(y)))
    with pytest.raises(ModelError, match="over one observable, and not over m, y"):
        overlap(Components(("a",), (both,), {}), ONE)
