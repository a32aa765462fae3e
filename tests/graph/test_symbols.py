"""Parameters, observables and axes."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Axis, Observable, Parameter, distinct


def test_a_parameter_keeps_what_it_is_given() -> None:
    mu = Parameter("mu", 5280, limits=(5200, 5350), unit="MeV", latex=r"\mu")
    assert (mu.init, mu.low, mu.high, mu.limits) == (5280.0, 5200.0, 5350.0, (5200.0, 5350.0))
    assert type(mu.init) is type(mu.low) is float
    assert not mu.fixed
    assert Parameter("free", 0.0).low == -math.inf
    assert Parameter("free", 0.0).high == math.inf


def test_equal_limits_fix_a_parameter() -> None:
    assert Parameter("k", 2.0, limits=(2.0, 2.0)).fixed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mu", math.nan), "not finite"),
        (("mu", math.inf), "not finite"),
        (("mu", 1.0, (2.0, 3.0)), "outside its limits"),
        (("mu", 1.0, (3.0, 0.0)), "not low <= high"),
        (("mu", 1.0, (0.0, math.nan)), "not low <= high"),
        (("mu", 1.0, (0.0, 1.0, 2.0)), "two numbers"),
        (("mu", 1.0, 5), r"^parameter 'mu': its limits are 5; give two numbers \(low, high\)$"),
        (("mu", 1.0, (0.0, "b")), "^parameter 'mu': its upper limit is 'b'; give a number$"),
        (("mu", "1x"), "^parameter 'mu': its start value is '1x'; give a number$"),
        (("mu", None), "its start value is None"),
        (("", 1.0), "not a name"),
        ((" mu", 1.0), "not a name"),
        (("m\nu", 1.0), "not a name"),
        ((None, 1.0), "not a name"),
    ],
    ids=str,
)
def test_impossible_parameters_are_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Parameter(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("ends", [(1.0, 1.0), (2.0, 1.0), (0.0, math.nan)], ids=str)
def test_impossible_bounds_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ModelError, match="not low < high"):
        Observable("x", *ends)


def test_bounds_are_numbers() -> None:
    with pytest.raises(ModelError, match=r"^observable 'x': its lower bound is 'a'; give a number$"):
        Observable("x", "a", 1.0)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"its upper bound is \(0, 1\); give a number$"):
        Observable("x", 0.0, (0, 1))  # type: ignore[arg-type]


def test_parameters_of_one_name_are_one() -> None:
    a, b = Parameter("a", 1.0), Parameter("b", 1.0)
    assert distinct([b, a, Parameter("b", 1.0)]) == (b, a)
    with pytest.raises(ModelError, match="two different parameters are named 'a'"):
        distinct([a, b, Parameter("a", 2.0)])


def test_an_observable_has_a_width() -> None:
    assert Observable("x", 1, 3).width == 2.0
    assert Observable("x", -math.inf, math.inf).width == math.inf


def test_identity_is_the_mathematics() -> None:
    x = Observable("x", 0.0, 1.0)
    assert x.identity == replace(x, unit="GeV").identity
    assert x.identity != replace(x, high=2.0).identity
    assert Parameter("a", 1.0).identity == Parameter("a", 2.0, limits=(0.0, 3.0)).identity


def test_equality_is_everything() -> None:
    x = Observable("x", 0.0, 1.0)
    assert x != replace(x, unit="GeV")
    assert hash(x) == hash(Observable("x", 0.0, 1.0))
    assert Parameter("a", 1.0) != Parameter("a", 1.0, limits=(0.0, 3.0))


def test_axes_of_equal_rows_are_equal() -> None:
    rows = {"x": np.array([1.0, 2.0]), "w": np.array([0.5, 0.5])}
    same = {"w": np.array([0.5, 0.5]), "x": np.array([1.0, 2.0])}
    assert Axis("q", rows) == Axis("q", same)
    assert hash(Axis("q", rows)) == hash(Axis("q", same))
    assert Axis("q") == Axis("q")
    assert Axis("q") != Axis("r")
    assert Axis("q") != Axis("q", rows)
    assert Axis("q", rows) != Axis("q", {"x": rows["x"], "w": np.array([0.5, 0.25])})
    assert Axis("q") != "q"


def test_axis_identity_separates_names_from_rows() -> None:
    halves = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert Axis("q", {"x": np.concatenate(halves)}) != Axis("q", {"x": halves[0], "y": halves[1]})
    assert Axis("q", {"x": np.arange(6.0)[::2]}) == Axis("q", {"x": np.array([0.0, 2.0, 4.0])})


def test_symbols_are_pickled() -> None:
    for symbol in (Parameter("a", 1.0, limits=(0.0, 2.0)), Observable("x", 0.0, 1.0)):
        assert pickle.loads(pickle.dumps(symbol)) == symbol  # noqa: S301
        assert pickle.loads(pickle.dumps(symbol)).node is symbol.node  # noqa: S301
