import numpy as np
import pytest

from morefit_py.graph.build import as_node, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Bernstein, Chebyshev, Exponential, Gaussian, Uniform
from morefit_py.pdfs.parts.log_sum import log_sum_exp, never_underflows

X = Observable("x", 0.0, 1000.0)
A, B = Parameter("a", 0.0), Parameter("b", 0.0)
SIGMA = Parameter("sigma", 10.0, (1.0, 20.0))


def test_log_sum_exp_far_below_underflow() -> None:
    root = log_sum_exp([as_node(2.0), as_node(3.0)], [param(A), param(B)])
    gradient = derivatives(root, [param(A), param(B)]).gradient
    value, *shares = evaluate([root, *gradient], {"a": -5000.0, "b": -5001.0})
    assert value == pytest.approx(-5000.0 + np.log(2 + 3 / np.e))
    assert shares == pytest.approx([2 / (2 + 3 / np.e), 3 / np.e / (2 + 3 / np.e)])


def test_a_component_of_weight_zero_keeps_derivatives_finite() -> None:
    """However far above the others it is, and whatever it depends on."""
    weight = Parameter("w", 0.0, (0.0, 1.0))
    root = log_sum_exp([param(weight), as_node(2.0)], [1e5 * param(A), param(B)])
    leaves = [param(weight), param(A), param(B)]
    found = derivatives(root, leaves, order=2)
    at = {"w": 0.0, "a": 1.0, "b": -3.0}
    value, by_weight, *others = evaluate([root, *found.gradient], at)
    assert value == pytest.approx(np.log(2.0) - 3.0)
    assert by_weight > 1e100
    assert others == [0.0, 1.0]
    assert np.isfinite(evaluate(found.hessian.values(), at)).all()
    small = evaluate([root, *found.gradient], {"w": 1e-30, "a": 1.0, "b": -3.0})
    assert small == pytest.approx([1e5 + np.log(1e-30), 1e30, 1e5, 0.0])


def test_one_density_above_underflow_suffices() -> None:
    narrow = Gaussian(X, 500.0, SIGMA)
    gentle = Exponential(X, Parameter("slope", -1e-3, (-1e-2, 1e-2)))
    steep = Exponential(X, Parameter("slope", -1e-3, (-5.0, 0.0)))
    assert never_underflows([narrow, gentle])
    assert not never_underflows([narrow])
    assert not never_underflows([narrow, steep])


def test_a_normalisation_out_of_reach_is_not_safe() -> None:
    outside = Gaussian(X, Parameter("mu", 500.0, (-5000.0, 5000.0)), SIGMA)
    gentle = Exponential(X, Parameter("slope", -1e-3, (-1e-2, 1e-2)))
    assert not never_underflows([outside, gentle])


def test_limits_where_a_density_is_none_say_nothing() -> None:
    narrow = Gaussian(X, 500.0, SIGMA)
    c = tuple(Parameter(f"c{i}", 0.0, (-1.0, 1.0)) for i in (1, 2))
    assert never_underflows([narrow, Chebyshev(X, c)])
    b = tuple(Parameter(f"b{i}", 1.0, (0.0, 2.0)) for i in range(3))
    assert never_underflows([narrow, Bernstein(X, b)])
    assert never_underflows([narrow, Uniform(X)])


def test_a_parameter_without_limits_may_go_far() -> None:
    assert never_underflows([Exponential(X, Parameter("slope", -1e-3))])
    assert not never_underflows([Exponential(X, Parameter("slope", -1.0))])
