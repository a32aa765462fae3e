from dataclasses import dataclass

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Exponential, Gaussian
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import Domain

X = Observable("x", 0.0, 2.0)
A = Parameter("a", 3.0, (0.0, 5.0))


@dataclass(frozen=True, eq=False)
class Line(Density):
    """1 + slope x, without a type so that it is no density of the package."""

    domains = {"slope": Domain(0.0, closed=True)}

    observable: Observable
    slope: Operand

    def shape(self) -> Node:
        return 1.0 + self.slope * self.observable


def test_one_formula_gives_the_rest() -> None:
    line = Line(X, A)
    rows = np.array([0.0, 1.0, 2.0])
    roots = [line.integral(), line.density(), line.log_density()]
    integral, density, log_density = evaluate(roots, {"a": 3.0}, {"": {"x": rows}})
    assert integral == pytest.approx(8.0)
    np.testing.assert_allclose(density, (1.0 + 3.0 * rows) / 8.0)
    np.testing.assert_allclose(log_density, np.log(density))
    assert line.normalisation == str(line.quadrature)
    assert Gaussian(X, 1.0, 1.0).normalisation == "closed form"


def test_expressions_are_built_once() -> None:
    line = Line(X, A)
    assert line.shape() is line.shape()
    assert line.__dict__["_nodes"]
    assert line.quadrature is line.quadrature


def test_parameters_in_the_order_of_the_fields() -> None:
    b = Parameter("b", 1.0)
    assert Gaussian(X, b, b + A).parameters == (b, A)
    assert Gaussian(X, 1.0, 1.0).parameters == ()


def test_fields_are_checked() -> None:
    with pytest.raises(ModelError, match="exponential: slope is None; give a Parameter"):
        Exponential(X, None)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="exponential: slope depends on the observable 'x', which"):
        Exponential(X, as_node(X))
    with pytest.raises(ModelError, match="gaussian: mu is inf at the start; it must be finite"):
        Gaussian(X, np.inf, 1.0)
    with pytest.raises(ModelError, match="slope is -1 at the start; it must be >= 0"):
        Line(X, -1.0)
    assert Line(X, 0.0)


def test_bounds_are_finite() -> None:
    with pytest.raises(ModelError, match="gaussian: the observable 'x' has no finite bounds"):
        Gaussian(Observable("x", 0.0, np.inf), 1.0, 1.0)


def test_a_fixed_parameter_may_have_limits_outside_the_domain() -> None:
    assert Line(X, Parameter("a", 1.0, (-1.0, 1.0), fixed=True))


def test_two_parameters_of_one_name_in_one_density() -> None:
    other = Parameter("a", 0.5, (0.1, 1.0))
    with pytest.raises(ModelError, match=r"^gaussian: two different parameters are named 'a'"):
        Gaussian(X, A, other)
    with pytest.raises(ModelError, match=r"^gaussian: two different parameters are named 'a'"):
        Gaussian(X, A + other, 1.0)
    assert Gaussian(X, A, 1.0 + Parameter("a", 3.0, (0.0, 5.0))).parameters == (A,)
