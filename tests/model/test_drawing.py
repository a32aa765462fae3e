"""Events of one density, by the way that suits it."""

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.model.drawing import Drawer
from morefit_py.pdfs import Accepted, Exponential, Formula, Gaussian, Product, Uniform, fractions

X, Y, S = Observable("x", 0.0, 10.0), Observable("y", 0.0, 1.0), Observable("s", 0.2, 2.0)


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(4))


def test_sums_choose_a_part_for_every_event() -> None:
    mixed = fractions([Gaussian(X, 2.0, 0.1), Gaussian(X, 8.0, 0.1)], 0.3)
    x = Drawer({}).draw("here", mixed, 4000, generator())["x"]
    assert np.mean(x < 5.0) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))
    # Not one part after the other.
    assert 0.2 < np.mean(x[:1000] < 5.0) < 0.4


def test_products_draw_factor_by_factor() -> None:
    held = Drawer({}).draw("here", Product((Exponential(X, -0.5), Formula(Y**2))), 5000, generator())
    assert stats.kstest(held["y"], lambda y: y**3).pvalue > 1e-3
    assert abs(np.corrcoef(held["x"], held["y"])[0, 1]) < 4 / np.sqrt(5000)


@pytest.mark.parametrize("closed", [True, False])
def test_conditional_densities_row_by_row(closed: bool) -> None:
    """With a closed integral by inverting it, else by accepting and rejecting."""
    density = Gaussian(X, 5.0, S) if closed else Accepted(Gaussian(X, 5.0, S), 1.0 + 0.0 * X * S)
    s = np.linspace(0.2, 2.0, 6000)
    x = Drawer({}).draw("here", density, len(s), generator(), {"s": s})["x"]
    cut = stats.truncnorm(-5.0 / s, 5.0 / s, 5.0, s)
    assert stats.kstest(cut.cdf(x), stats.uniform.cdf).pvalue > 1e-3
    assert stats.kstest(cut.cdf(x)[:1000], stats.uniform.cdf).pvalue > 1e-3


def test_what_is_conditional_needs_its_rows() -> None:
    with pytest.raises(ModelError, match="here is conditional on 's'; give its values, as `given`"):
        Drawer({}).draw("here", Gaussian(X, 5.0, S), 3, generator())


def test_nothing_is_drawn_of_nothing() -> None:
    assert Drawer({}).draw("here", Uniform(X), 0, generator())["x"].size == 0


def test_a_second_draw_does_not_depend_on_the_first() -> None:
    drawer = Drawer({})
    first = drawer.draw("here", Exponential(X, -0.5), 100, generator())["x"]
    np.testing.assert_array_equal(drawer.draw("here", Exponential(X, -0.5), 100, generator())["x"], first)
