"""What the fields of a density may hold."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, as_node
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import (
    Bernstein,
    Chebyshev,
    Exponential,
    Formula,
    Fractions,
    Gaussian,
    Uniform,
    fractions,
)
from morefit_py.pdfs.fields import Domain, shown, start_value

X = Observable("x", 0.0, 2.0)
MU, SIGMA, C = Parameter("mu", 1.0), Parameter("sigma", 0.3, (0.1, 1.0)), Parameter("c", 0.1)


def test_a_domain_is_open_or_closed() -> None:
    assert not Domain(0.0).holds(0.0)
    assert Domain(0.0, closed=True).holds(0.0)
    assert (str(Domain(0.0)), str(Domain(1.5, closed=True))) == ("> 0", ">= 1.5")


@pytest.mark.parametrize(
    "coefficients", [[C, 0.2], (C, 0.2), iter([C, 0.2])], ids=["list", "tuple", "iterator"]
)
def test_any_sequence_becomes_a_tuple(coefficients: object) -> None:
    assert Chebyshev(X, coefficients).coefficients == (C, 0.2)  # type: ignore[arg-type]
    assert Bernstein(X, np.array([1.0, 2.0])).coefficients == (1.0, 2.0)  # type: ignore[arg-type]
    assert Formula(as_node(X), [X]).variables == (X,)  # type: ignore[arg-type]
    assert fractions([Uniform(X), Uniform(X)], C).fractions == (C,)


def test_a_single_value_is_no_sequence() -> None:
    with pytest.raises(
        ModelError, match=r"^chebyshev: coefficients is the parameter 'c'; .* such as \(c,\)$"
    ):
        Chebyshev(X, C)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"^bernstein: coefficients is 0.5; .* such as \(0.5,\)$"):
        Bernstein(X, 0.5)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"^formula: variables is the observable 'x'; .* such as \(x,\)$"):
        Formula(as_node(X), X)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"^fractions: densities is Uniform; give a sequence$"):
        fractions(Uniform(X), 0.5)  # type: ignore[arg-type]


def test_fields_in_the_wrong_order() -> None:
    with pytest.raises(ModelError) as caught:
        Gaussian(MU, X, SIGMA)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "gaussian: observable is the parameter 'mu'; give an Observable "
        "(the order of the fields is observable, mu, sigma)"
    )
    with pytest.raises(
        ModelError,
        match="gaussian: mu is the observable 'x', which the density is of; it may depend on others only",
    ):
        Gaussian(X, X, SIGMA)
    with pytest.raises(ModelError, match="exponential: observable is 'x'; give an Observable"):
        Exponential("x", MU)  # type: ignore[arg-type]


def test_a_density_has_no_yield_where_only_densities_stand() -> None:
    with pytest.raises(ModelError, match="fractions: densities holds Mixture; give densities without yields"):
        Fractions((Uniform(X), 2.0 * Uniform(X)), (0.5,))  # type: ignore[arg-type]


def test_values_are_shown_by_name() -> None:
    assert [shown(value) for value in (MU, X, MU + 1.0, "a", None, 2.0, [])] == [
        "the parameter 'mu'",
        "the observable 'x'",
        "the expression 1 + mu",
        "'a'",
        "None",
        "2.0",
        "list",
    ]


def test_start_value_of_an_expression() -> None:
    node: Node = 2.0 * as_node(SIGMA) + 1.0
    assert start_value(node) == 1.6
