import numpy as np
import pytest

from morefit_py.graph.build import as_node, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.scaled import Scaled

A, B, SWITCH = Parameter("a", 0.0), Parameter("b", 0.0), Parameter("switch", 0.0)


def test_sum_of_numbers_that_underflow() -> None:
    total = Scaled(as_node(2.0), param(A)) + Scaled(as_node(3.0), param(B))
    value = evaluate([total.log()], {"a": -2000.0, "b": -2001.0})[0]
    assert value == pytest.approx(-2000.0 + np.log(2 + 3 / np.e), rel=1e-15)


@pytest.mark.parametrize(
    "values", [{"a": -2000.0, "b": -2001.0}, {"a": 5.0, "b": 5.0}, {"a": 0.0, "b": 600.0}]
)
def test_derivatives_are_the_shares(values: dict[str, float]) -> None:
    total = Scaled(as_node(2.0), param(A)) + Scaled(as_node(2.0), param(B))
    gradient = evaluate(derivatives(total.log(), [param(A), param(B)]).gradient, values)
    share = 1.0 / (1.0 + np.exp(values["b"] - values["a"]))
    np.testing.assert_allclose(gradient, [share, 1.0 - share], rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("switch", [-1.0, 1.0])
def test_an_absent_part_changes_nothing(switch: float) -> None:
    held = Scaled(as_node(2.0), param(A), present=as_node(SWITCH) > 0.0)
    other = Scaled(as_node(1.0), param(B), present=as_node(SWITCH) < 0.0)
    for total in (held + other, other + held):
        found = derivatives(total.log(), [param(A), param(B)]).gradient
        # The absent part's exponent would overflow.
        values = {"a": -3000.0, "b": 4000.0} if switch > 0 else {"a": 4000.0, "b": -3000.0}
        value, *gradient = evaluate([total.log(), *found], values | {"switch": switch})
        expected = (np.log(2.0) - 3000.0, [1.0, 0.0]) if switch > 0 else (-3000.0, [0.0, 1.0])
        assert value == pytest.approx(expected[0])
        np.testing.assert_array_equal(gradient, expected[1])
