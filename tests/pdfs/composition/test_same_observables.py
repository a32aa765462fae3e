"""Components of a sum are of the same observables."""

import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Uniform
from morefit_py.pdfs.composition.same_observables import same_observables

X, OTHER = Observable("x", 0.0, 1.0), Observable("x", 0.0, 2.0)


def test_bounds_belong_to_an_observable() -> None:
    same_observables(["a", "b"], [Uniform(X), Uniform(X)])
    with pytest.raises(ModelError, match=r"'a' and 'b' are not densities of the same .* 'x' on \[0, [12]\]"):
        same_observables(["a", "b"], [Uniform(X), Uniform(OTHER)])
