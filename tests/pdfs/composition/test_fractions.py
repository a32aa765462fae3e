import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Exponential, Gaussian, fractions, recursive_fractions

X, Y = Observable("x", 0.0, 10.0), Observable("y", 0.0, 10.0)
SIGNAL, BACKGROUND = Gaussian(X, 5.0, 1.0), Exponential(X, -0.1)
N, M = Parameter("n", 100.0, (0.0, 1e3)), Parameter("m", 300.0, (0.0, 1e3))


def test_fractions_leave_the_rest_to_the_last() -> None:
    share = Parameter("share", 0.3, (0.0, 1.0))
    mixed = fractions({"s": SIGNAL, "b": BACKGROUND}, share)
    rows = np.linspace(0.0, 10.0, 7)
    found, signal, background = evaluate(
        [mixed.density(), SIGNAL.density(), BACKGROUND.density()], {"share": 0.3}, {"": {"x": rows}}
    )
    np.testing.assert_allclose(found, 0.3 * signal + 0.7 * background)
    assert mixed.parameters == (share,)
    assert mixed.normalisation == "closed form"
    with pytest.raises(ModelError, match="2 fractions for 2 densities"):
        fractions([SIGNAL, BACKGROUND], 0.3, 0.3)
    with pytest.raises(ModelError, match=r"the fractions sum to 1\.1 at the start"):
        fractions([SIGNAL, BACKGROUND, SIGNAL], 0.3, 0.8)
    with pytest.raises(ModelError, match="fractions: fractions is 'f'"):
        fractions([SIGNAL, BACKGROUND], "f")  # type: ignore[arg-type]


def test_fractions_of_narrow_peaks_do_not_underflow() -> None:
    mixed = fractions([Gaussian(X, 5.0, 0.01), Gaussian(X, 5.0, 0.02)], 0.5)
    found = evaluate([mixed.log_density()], {}, {"": {"x": np.array([0.0])}})[0]
    assert found == pytest.approx(-31250.0 - np.log(0.02 * np.sqrt(2 * np.pi)) + np.log(0.5), rel=1e-9)


def test_recursive_fractions_are_fractions_of_what_is_left() -> None:
    first, second = Parameter("first", 0.6, (0.0, 1.0)), Parameter("second", 0.9, (0.0, 1.0))
    mixed = recursive_fractions([SIGNAL, BACKGROUND, SIGNAL], first, second)
    values = {"first": 0.6, "second": 0.9, "mu": 5.0, "sigma": 0.5, "slope": -0.3}
    np.testing.assert_allclose(evaluate(mixed.weights(), values), [0.6, 0.36, 0.04], rtol=1e-12)
    # Both may be one at once, where plain fractions would leave less than nothing.
    np.testing.assert_allclose(
        evaluate(mixed.weights(), {"first": 1.0, "second": 1.0}), [1, 0, 0], atol=1e-15
    )
    assert evaluate([mixed.room()], {"first": 1.0, "second": 1.0})[0] >= 0.0
    with pytest.raises(ModelError, match="1 fractions for 3 densities"):
        recursive_fractions([SIGNAL, BACKGROUND, SIGNAL], first)
