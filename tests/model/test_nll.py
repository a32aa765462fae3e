"""The likelihood as a graph against formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import WEIGHT
from morefit_py.model.model import as_model
from morefit_py.model.nll import nll
from morefit_py.passes.differentiate import derivatives

X = mf.Observable("x", -5.0, 5.0)
VALUES = np.array([-1.0, 0.2, 0.7, 3.0])


def value(root: Node, columns: dict[str, dict[str, np.ndarray]] | None = None, **parameters: float) -> float:
    return float(evaluate([root], parameters, columns or {"data": {"x": VALUES}})[0])


def gaussian(name: str, mu: float = 0.0, limits: tuple[float, float] = (-2, 2)) -> mf.pdfs.Gaussian:
    sigma = mf.Parameter(f"s{name}", 1.0, limits=(0.5, 2))
    return mf.pdfs.Gaussian(X, mf.Parameter(f"mu{name}", mu, limits=limits), sigma)


def test_extended_weighted_and_constrained() -> None:
    n = mf.Parameter("n", 3.0)
    model = mf.Model({"data": n * gaussian("")}, (mf.GaussianConstraint(n, 2.0, 0.5),))
    weights = np.array([1.0, 0.5, 2.0, 0.0])
    columns = {"data": {"x": VALUES, WEIGHT: weights}}
    density = stats.truncnorm(-5.3, 4.7, 0.3, 1.0).logpdf(VALUES)
    expected = 3.5 - np.sum(weights * (math.log(3.5) + density)) - stats.norm(2.0, 0.5).logpdf(3.5)
    assert value(nll(model, {"data"}), columns, n=3.5, mu=0.3, s=1.0) == pytest.approx(expected, rel=1e-13)


def test_not_extended_has_no_yield() -> None:
    expected = -np.sum(stats.truncnorm(-5.3, 4.7, 0.3, 1.0).logpdf(VALUES))
    assert value(nll(as_model(gaussian(""))), mu=0.3, s=1.0) == pytest.approx(expected, rel=1e-13)


def test_channels_add() -> None:
    a, b = mf.Parameter("a", 2.0), mf.Parameter("b", 3.0)
    model = mf.Model({"left": a * gaussian("1"), "right": b * gaussian("1")})
    columns = {"left": {"x": VALUES}, "right": {"x": VALUES + 0.1}}
    parts = [
        value(nll(as_model(n * gaussian("1"))), {"data": columns[name]}, a=2.0, b=3.0, mu1=0.1, s1=1.1)
        for name, n in (("left", a), ("right", b))
    ]
    assert value(nll(model), columns, a=2.0, b=3.0, mu1=0.1, s1=1.1) == pytest.approx(sum(parts))


def test_a_mixture_with_a_floor_is_a_plain_sum_and_one_without_is_not() -> None:
    n, m = mf.Parameter("n", 3.0, limits=(0, 9)), mf.Parameter("m", 3.0, limits=(0, 9))
    floor = nll(as_model(n * gaussian("1") + m * mf.pdfs.Uniform(X)))
    bare = nll(as_model(n * gaussian("1") + m * narrow()))
    assert not any(node.op is Op.DETACH for node in walk([floor]))
    assert any(node.op is Op.DETACH for node in walk([bare]))


def narrow() -> mf.pdfs.Gaussian:
    return mf.pdfs.Gaussian(X, mf.Parameter("mu2", 1.0), mf.Parameter("s2", 0.02, limits=(0.01, 0.1)))


@pytest.mark.parametrize("n", [3.0, 0.0])
def test_far_tails_keep_value_and_gradient(n: float) -> None:
    """At x = 3 the narrow component is exp(-5000), which underflows in any plain sum."""
    yields = [mf.Parameter("n", 3.0, limits=(0, 9)), mf.Parameter("m", 3.0, limits=(0, 9))]
    one = mf.pdfs.Gaussian(X, mf.Parameter("mu1", 0.9), mf.Parameter("s1", 0.03, limits=(0.01, 0.1)))
    model = as_model(yields[0] * one + yields[1] * narrow())
    root = nll(model)
    point = {"n": n, "mu1": 0.9, "s1": 0.03, "m": 2.0, "mu2": 1.0, "s2": 0.02}
    logs = [
        np.log(scale) + stats.norm(mu, s).logpdf(VALUES) if scale else np.full(4, -np.inf)
        for scale, mu, s in ((n, 0.9, 0.03), (2.0, 1.0, 0.02))
    ]
    expected = n + 2.0 - np.sum(np.logaddexp(*logs))
    assert value(root, None, **point) == pytest.approx(expected, rel=1e-12)
    parameters = [parameter.node for parameter in model.parameters]
    gradient = [value(node, None, **point) for node in derivatives(root, parameters).gradient]
    assert np.all(np.isfinite(gradient))
    assert gradient[0] < 0


def test_the_order_of_components_does_not_change_the_graph() -> None:
    n, m = mf.Parameter("n", 3.0, limits=(0, 9)), mf.Parameter("m", 3.0, limits=(0, 9))
    a, b = n * gaussian("1"), m * mf.pdfs.Uniform(X)
    assert nll(as_model(a + b)) is nll(as_model(b + a))
