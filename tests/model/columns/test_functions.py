"""Tests of morefit_py.model.columns.functions, against the mathematics of Python."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from morefit_py.errors import ExpressionError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.parse import parse
from morefit_py.graph.parse_functions import ALIASES, FUNCTIONS
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns.columnwise import FUNCTIONS as CALLED
from morefit_py.model.columns.functions import COLUMN_FUNCTIONS, OPERATORS

X = np.array([0.1, 0.35, 0.5, 0.9])
Y = np.array([0.2, 0.3, 0.7, 0.4])
WHOLE = st.integers(-1000, 1000)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_what_models_have_too_means_the_same(name: str) -> None:
    if name in ("where", "select"):
        assert name in CALLED
        return
    least = FUNCTIONS[name].arity[0]
    arguments = [X + (name == "acosh"), Y, Y + 0.1][:least]
    names = {text: Observable(text, 0.0, 2.0) for text in ("x", "y", "z")}
    text = f"{name}({', '.join(list(names)[:least])})"
    (expected,) = evaluate([parse(text, names)], {}, {"": dict(zip(names, arguments, strict=False))})
    np.testing.assert_allclose(COLUMN_FUNCTIONS[name].apply(*arguments), expected, rtol=1e-14)
    assert COLUMN_FUNCTIONS[name].arity == FUNCTIONS[name].arity


def test_every_alias_is_of_a_function() -> None:
    assert set(ALIASES.values()) <= set(CALLED)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("cbrt", lambda x: math.copysign(abs(x) ** (1 / 3), x)),
        ("trunc", math.trunc),
        ("rint", round),
        ("round", lambda x: math.copysign(math.floor(abs(x) + 0.5), x)),
        ("isnan", math.isnan),
        ("isfinite", math.isfinite),
        ("even", lambda x: x % 2 == 0),
        ("odd", lambda x: x % 2 == 1),
    ],
)
def test_functions_of_one_number(name: str, meant: Callable[[float], float]) -> None:
    values = np.array([-3.0, -2.0, 0.0, 1.0, 4.0])
    if name not in ("even", "odd"):
        values = np.concatenate([values, [-2.5, -1.4, -0.5, 0.5, 1.5, 2.5, 2.6]])
    np.testing.assert_allclose(COLUMN_FUNCTIONS[name].apply(values), [meant(x) for x in values], rtol=1e-14)


def test_rounding_just_below_a_half() -> None:
    assert COLUMN_FUNCTIONS["round"].apply(np.array([0.49999999999999994, 4503599627370497.0])).tolist() == [
        0.0,
        4503599627370497.0,
    ]


@example(-5e-324)
@example(math.pi)
@example(-math.pi)
@given(st.floats(-1e4, 1e4))
def test_angles_are_turned_into_their_range(angle: float) -> None:
    for name, low in (("phi_mpi_pi", -math.pi), ("phi_0_2pi", 0.0)):
        found = float(COLUMN_FUNCTIONS[name].apply(np.array(angle)))
        assert low <= found < low + 2 * math.pi
        turns = (angle - found) / (2 * math.pi)
        assert turns == pytest.approx(round(turns), abs=1e-9)


def test_other_functions() -> None:
    apply = {name: function.apply for name, function in COLUMN_FUNCTIONS.items()}
    assert apply["copysign"](np.array(2.0), np.array(-0.0)) == -2.0
    assert apply["fmod"](np.array(-7.5), np.array(2.0)) == math.fmod(-7.5, 2.0)
    assert list(apply["range"](np.array(0.2), np.array(0.5), X)) == [0.2, 0.35, 0.5, 0.5]
    assert apply["abs"](np.array(-3, dtype="i4")).dtype == np.float64
    assert list(apply["min"](X, Y, np.array(0.25))) == [0.1, 0.25, 0.25, 0.25]
    assert [float(apply["log10"](np.array(10.0**n))) for n in range(-5, 20)] == list(range(-5, 20))
    assert apply["erfcx"](np.array(30.0)) == pytest.approx(0.018795888861416751, rel=1e-14)


@given(WHOLE, WHOLE.filter(bool))
def test_remainder_is_that_of_c(a: int, b: int) -> None:
    for kind in ("i8", "f8"):
        found = OPERATORS["%"](np.array([a], dtype=kind), np.array(b, dtype=kind))
        assert found[0] == math.fmod(a, b)


def test_whole_numbers_stay_exact() -> None:
    large = np.array([2**63 + 1, 2**63 + 2], dtype="u8")
    assert list(OPERATORS["%"](large, np.array(2))) == [1, 0]
    assert list(OPERATORS["&"](large, np.array(3))) == [1, 2]
    assert list(OPERATORS["=="](np.array([2**53 + 1]), np.array(2**53))) == [False]
    with np.errstate(invalid="ignore"):
        assert np.isnan(OPERATORS["%"](np.array([3]), np.array(0)))
    # Products would overflow as whole numbers.
    assert OPERATORS["*"](np.array([2**40]), np.array(2**40)) == 2.0**80


@given(st.integers(0, 2**40), st.integers(0, 2**20), st.integers(0, 20))
def test_bits(a: int, b: int, shift: int) -> None:
    for kind in ("i8", "f8"):
        held, other = np.array([a], dtype=kind), np.array(b, dtype=kind)
        assert OPERATORS["&"](held, other)[0] == a & b
        assert OPERATORS["|"](held, other)[0] == a | b
        assert OPERATORS["<<"](held, np.array(shift))[0] == a << shift
        assert OPERATORS[">>"](held, np.array(shift))[0] == a >> shift


@pytest.mark.parametrize("values", [[0.5], [np.nan], [1e300]])
def test_bits_of_what_is_not_whole(values: list[float]) -> None:
    with pytest.raises(ExpressionError, match="whole numbers"):
        OPERATORS["&"](np.array(values), np.array(1))


def test_truth_values() -> None:
    held: Any = np.array([True, False])
    assert list(OPERATORS["+"](held, held)) == [2.0, 0.0]
    assert list(OPERATORS["!"](np.array([0.0, 2.0, np.nan]))) == [True, False, False]
    assert list(OPERATORS["&"](held, ~held)) == [False, False]
