import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Exponential, Gaussian, Uniform, fractions
from morefit_py.pdfs.composition.mixture import as_mixture

X, Y = Observable("x", 0.0, 10.0), Observable("y", 0.0, 10.0)
SIGNAL, BACKGROUND = Gaussian(X, 5.0, 1.0), Exponential(X, -0.1)
N, M = Parameter("n", 100.0, (0.0, 1e3)), Parameter("m", 300.0, (0.0, 1e3))


def test_yields_times_densities() -> None:
    mixture = N * SIGNAL + M * BACKGROUND
    assert mixture.extended
    assert [term.name for term in mixture.terms] == ["gaussian", "exponential"]
    assert mixture.observables == (X,)
    assert evaluate([mixture.expected()], {"n": 100.0, "m": 300.0}) == [400.0]
    assert [term.name for term in mixture.named("s", "b").terms] == ["s", "b"]
    assert [term.name for term in (N * SIGNAL + SIGNAL * M).terms] == ["gaussian", "gaussian_2"]
    three = 2.0 * SIGNAL + N * BACKGROUND + M * Uniform(X)
    assert evaluate([three.expected()], {"n": 1.0, "m": 3.0}) == [6.0]


def test_a_density_alone_is_not_extended() -> None:
    mixture = as_mixture(SIGNAL)
    assert not mixture.extended
    assert as_mixture(mixture) is mixture
    assert evaluate([mixture.expected()], {}) == [0.0]
    assert SIGNAL.named("peak").terms[0].name == "peak"


def test_sums_that_make_no_sense() -> None:
    with pytest.raises(ModelError, match="component 'exponential' has no yield"):
        N * SIGNAL + BACKGROUND
    with pytest.raises(ModelError, match="yield of component 'gaussian' depends on an observable"):
        X * SIGNAL
    with pytest.raises(ModelError, match="1 names for 2 components"):
        (N * SIGNAL + M * BACKGROUND).named("s")
    with pytest.raises(ModelError, match="3 is not a name for a component"):
        (N * SIGNAL).named(3)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="neither a density nor a sum"):
        as_mixture(3.0)  # type: ignore[arg-type]


def test_sums_and_products_of_mixtures() -> None:
    assert [term.name for term in sum([N * SIGNAL, M * BACKGROUND]).terms] == ["gaussian", "exponential"]  # type: ignore[union-attr]
    assert sum([SIGNAL]).terms[0].density is SIGNAL  # type: ignore[union-attr]
    doubled = 2.0 * (N * SIGNAL + M * BACKGROUND)
    assert evaluate([doubled.expected()], {"n": 100.0, "m": 300.0}) == [800.0]
    assert evaluate([(np.float64(3.0) * SIGNAL.named("s") * N).expected()], {"n": 100.0}) == [300.0]
    assert (N * SIGNAL.named("s")).terms[0].name == "s"


def test_operators_that_need_a_yield_say_so() -> None:
    with pytest.raises(ModelError, match=r"component 'gaussian' has no yield: write `n \* density`"):
        SIGNAL + BACKGROUND
    with pytest.raises(
        ModelError, match=r"3.0 is neither a density nor a sum of densities; write `n \* density`"
    ):
        N * SIGNAL + 3.0  # type: ignore[operator]
    with pytest.raises(ModelError, match="the parameter 'n' is neither a density"):
        N + SIGNAL  # type: ignore[operator]
    for factor in ("n", SIGNAL, None):
        with pytest.raises(ModelError, match=r"cannot be a yield; write `n \* density`"):
            factor * BACKGROUND  # type: ignore[operator]


def test_components_share_their_observables() -> None:
    with pytest.raises(
        ModelError, match=r"'gaussian' and 'uniform' are not densities of the same observables"
    ):
        N * SIGNAL + M * Uniform(Y)
    with pytest.raises(ModelError, match=r"only one of them is a density of 'x' on \[0, 10\]"):
        N * SIGNAL + M * Uniform(Observable("x", 0.0, 9.0))
    with pytest.raises(ModelError, match="not densities of the same observables"):
        fractions([SIGNAL, Uniform(Y)], 0.5)
