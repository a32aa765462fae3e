import math

import numpy as np
import pytest

from morefit_py.graph.build import exp
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.parts_of import as_fine_as
from morefit_py.pdfs.integration.quadrature import integrate

RATE = Parameter("rate", 300.0, (0.0, 400.0))
X, END = Observable("x", 0.0, 1.0), Observable("end", 0.0, 1.0)


def test_parts_have_the_nodes_of_the_whole() -> None:
    whole = integrate("test", exp(-RATE * X), (X,))
    assert whole.nodes > 16
    for low, high in ((0.0, 1.0), (0.2, 0.5), (0.1, 0.1)):
        value = as_fine_as(whole, lambda t: exp(-RATE * t), low, high)
        exact = (math.exp(-300.0 * low) - math.exp(-300.0 * high)) / 300.0
        assert evaluate([value], {"rate": 300.0})[0] == pytest.approx(exact, rel=1e-10)


def test_ends_by_event() -> None:
    whole = integrate("test", exp(-RATE * X), (X,))
    value = as_fine_as(whole, lambda t: exp(-RATE * t), END, END + 0.1)
    found = evaluate([value], {"rate": 300.0}, {"": {"end": np.array([0.0, 0.5])}})[0]
    exact = [np.exp(-300.0 * end) * -np.expm1(-30.0) / 300.0 for end in (0.0, 0.5)]
    np.testing.assert_allclose(found, exact, rtol=1e-10)
