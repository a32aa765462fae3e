import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import TRUE, as_node, exp, select
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.parts.decay_terms import DecayTerms
from morefit_py.pdfs.parts.resolution import Resolution
from morefit_py.pdfs.parts.scaled import Scaled

TERMS = DecayTerms.of(1.5)
LOW, HIGH = Parameter("low", 0.0), Parameter("high", 1.0)


def _number(part: Scaled, **values: float) -> float:
    root = select(part.present, part.factor * exp(part.exponent), 0.0)
    return float(evaluate([root], values)[0])


def test_nothing_is_masked_where_all_times_are_positive() -> None:
    exact = Resolution((), (), (), 1.0)
    assert exact.value(TERMS, Observable("t", 0.0, 5.0)).present is TRUE
    assert exact.value(TERMS, Observable("t", -1.0, 5.0)).present is not TRUE
    assert exact.integral(TERMS, 0.0, 5.0).present is TRUE


@pytest.mark.parametrize("side", [1.0, -1.0, 0.0])
def test_time_zero_counts_once(side: float) -> None:
    found = _number(Resolution((), (), (), side).value(TERMS, LOW), low=0.0)
    assert found == (0.0 if side < 0 else 1.0)


@pytest.mark.parametrize(
    ("side", "low", "high", "expected"),
    [
        (1.0, -2.0, -1.0, 0.0),
        (1.0, -2.0, 1.0, 1.5 * (1 - np.exp(-1 / 1.5))),
        (-1.0, -2.0, 1.0, 1.5 * (1 - np.exp(-2 / 1.5))),
        (-1.0, 1.0, 2.0, 0.0),
        (0.0, -2.0, 1.0, 1.5 * (2 - np.exp(-1 / 1.5) - np.exp(-2 / 1.5))),
    ],
)
def test_exact_integral_is_of_the_side_with_decays(
    side: float, low: float, high: float, expected: float
) -> None:
    part = Resolution((), (), (), side).integral(TERMS, LOW, HIGH)
    assert _number(part, low=low, high=high) == pytest.approx(expected, rel=1e-14)


def test_fractions_are_shares() -> None:
    whole = Resolution((0.1,), (0.2, 0.5), (0.3,), 1.0)
    parts = [Resolution((0.1,), (sigma,), (), 1.0) for sigma in (0.2, 0.5)]
    at = as_node(0.4)
    found, first, second = (_number(held.value(TERMS, at)) for held in (whole, *parts))
    assert found == pytest.approx(0.3 * first + 0.7 * second, rel=1e-14)


def test_lists_that_do_not_fit() -> None:
    with pytest.raises(ModelError, match="what: means are 2 for 1 sigmas"):
        Resolution((0.0, 0.1), (0.2,), (), 1.0).check("what")
