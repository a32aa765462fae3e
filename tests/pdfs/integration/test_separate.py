import numpy as np
import pytest

from morefit_py.graph.build import Node, as_node, cos, exp
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.separate import separate

X, Y = Observable("x", 0.0, 1.0), Observable("y", 0.0, 1.0)
A, B = Parameter("a", 0.3), Parameter("b", 2.0)


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        (as_node(3.0), 1),
        (as_node(A), 1),
        (cos(X), 1),
        (1.0 + A * X + B * X, 2),
        ((1.0 + A * X) * (1.0 + B * cos(Y)), 4),
        ((X + as_node(A)) ** 3, 4),
        (A * (X + B * as_node(Y)) + exp(X), 3),
    ],
)
def test_sums_of_products(expression: Node, count: int) -> None:
    terms = separate(expression)
    assert terms is not None
    assert len(terms) == count
    assert all(not function.stage & Stage.CALL for function in terms)
    assert all(not factor.stage & Stage.DATASET for factor in terms.values())
    again = as_node(0.0)
    for function, factor in terms.items():
        again = again + function * factor
    columns = {"": {"x": np.linspace(0, 1, 5), "y": np.linspace(1, 0, 5)}}
    whole, summed = evaluate([expression, again], {"a": 0.3, "b": 2.0}, columns)
    np.testing.assert_allclose(np.broadcast_to(summed, 5), np.broadcast_to(whole, 5), rtol=1e-14)


def test_what_does_not_separate() -> None:
    assert separate(exp(A * X)) is None
    assert separate(1.0 + exp(A * X)) is None
    assert separate((X + as_node(A)) ** 9) is None
    assert separate(1.0 / (X + as_node(A))) is None


def test_too_many_terms() -> None:
    product = as_node(1.0)
    for i in range(12):
        product = product * (cos(i * as_node(X)) + Parameter(f"p{i}", 1.0))
    assert separate(product) is None
