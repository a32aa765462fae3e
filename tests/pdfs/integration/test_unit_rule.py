import numpy as np
import pytest

from morefit_py.graph.build import exp
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.unit_rule import UNIT, unit_integral

A, X = Parameter("a", 2.0), Observable("x", 0.0, 3.0)


def test_exact_for_polynomials() -> None:
    found = evaluate([unit_integral(A * UNIT**7 + 1.0, 4)], {"a": 2.0})[0]
    assert found == pytest.approx(2.0 / 8 + 1.0, rel=1e-15)


def test_a_sum_where_no_event_enters() -> None:
    root = unit_integral(exp(A * UNIT), 12)
    assert any(node.op is Op.SUM for node in walk([root]))
    assert evaluate([root], {"a": 2.0})[0] == pytest.approx(np.expm1(2.0) / 2.0, rel=1e-14)


def test_one_term_a_node_where_an_event_does() -> None:
    root = unit_integral(exp(A * X * UNIT), 12)
    assert not any(node.op is Op.SUM for node in walk([root]))
    rows = np.array([0.5, 1.0, 3.0])
    found = evaluate([root], {"a": 0.7}, {"": {"x": rows}})[0]
    np.testing.assert_allclose(found, np.expm1(0.7 * rows) / (0.7 * rows), rtol=1e-14)
