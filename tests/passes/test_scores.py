"""Scores and their products against NumPy differences of the events' logarithms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.graph.build import ONE, ZERO, Node, column, exp, log, param, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.scores import FORMS, EventTerm, score_products, scores

X, W = Observable("x", 0.0, 3.0), Observable("w", 0.0, 9.0)
A, B, C = Parameter("a", 0.7), Parameter("b", 1.3), Parameter("c", 0.4)
PARAMETERS = (A, B, C)
WRT = [param(parameter) for parameter in PARAMETERS]
AT = {"a": 0.6, "b": 1.1, "c": 0.5}
ROWS = np.random.default_rng(3).uniform(0.1, 2.9, 25)
DATA = {"x": ROWS, "w": np.random.default_rng(4).uniform(0.5, 2.0, 25)}
AXIS = Axis("data")

a, b, c, x = param(A), param(B), param(C), column(X)
LOGARITHMS: dict[str, Node] = {
    "mixture": log(a * b * exp(-x * b) + (1.0 - a) / 3.0),
    "of two parameters": -a * x + log(a + b),
    "without an event": log(b) + a * a,
    "sums in it": -a * x - log(total(Axis("nodes", {"x": np.linspace(0.0, 3.0, 7)}), exp(-a * x) + c)),
}


def values(node: Node, at: dict[str, float]) -> NDArray[np.float64]:
    return np.broadcast_to(evaluate([node], at, {"": DATA})[0], ROWS.shape)


def by_differences(node: Node) -> NDArray[np.float64]:
    """The scores (N, P) by fourth-order central differences."""
    found = []
    for parameter in PARAMETERS:
        h = 1e-3
        parts = [
            weight * values(node, AT | {parameter.name: AT[parameter.name] + k * h})
            for k, weight in ((-2, 1.0), (-1, -8.0), (1, 8.0), (2, -1.0))
        ]
        found.append(sum(parts) / (12.0 * h))
    return np.array(found).T


@pytest.mark.parametrize("name", LOGARITHMS)
def test_scores_are_slopes_of_the_logarithm(name: str) -> None:
    node = LOGARITHMS[name]
    found = np.array([values(score, AT) for score in scores(node, WRT)]).T
    np.testing.assert_allclose(found, by_differences(node), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LOGARITHMS)
@pytest.mark.parametrize("factor", [ONE, column(W) ** 2], ids=["counts", "weights"])
def test_products_are_sums_over_the_events(name: str, form: str, factor: Node) -> None:
    term = EventTerm(AXIS, LOGARITHMS[name], factor)
    made = score_products(term, WRT, form).triangle
    pairs = [(i, j) for i in range(3) for j in range(i, 3)]
    assert set(made) <= set(pairs)
    found = evaluate([made.get(pair, ZERO) for pair in pairs], AT, {"data": DATA})
    score, weight = by_differences(LOGARITHMS[name]), values(factor, AT)
    expected = [np.sum(weight * score[:, i] * score[:, j]) for i, j in pairs]
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


def test_only_scores_are_worth_keeping_whole() -> None:
    term = EventTerm(AXIS, LOGARITHMS["mixture"], ONE)
    assert set(scores(term.log_density, WRT)) == score_products(term, WRT, "scores").whole
    assert not score_products(term, WRT, "interface").whole
