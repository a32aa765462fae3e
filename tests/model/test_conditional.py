"""Densities that are conditional on rows, by inversion and by rejection."""

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node
from morefit_py.graph.symbols import Observable
from morefit_py.model.choosing import Part
from morefit_py.model.conditional import Accepted, Inverted
from morefit_py.pdfs import Accepted as AcceptedDensity
from morefit_py.pdfs import Formula, Gaussian

from . import plain_philox
from .drawn import drawn

X, S = Observable("x", 0.0, 10.0), Observable("s", 0.2, 2.0)
ROWS = np.linspace(0.2, 2.0, 12_000)
CUT = stats.truncnorm(-5.0 / ROWS, 5.0 / ROWS, 5.0, ROWS)


@pytest.mark.parametrize("inverted", [True, False])
def test_every_row_has_a_density_of_its_own(inverted: bool) -> None:
    density = Gaussian(X, 5.0, S)
    part: Part = Inverted(2, density, {}) if inverted else Accepted(2, density, {}, "here")
    x = drawn(part, len(ROWS), "x", given={"s": ROWS})[0]["x"]
    assert stats.kstest(CUT.cdf(x), "uniform").pvalue > 1e-3
    assert stats.kstest(CUT.cdf(x)[:1000], "uniform").pvalue > 1e-3
    assert stats.kstest(CUT.cdf(x)[-1000:], "uniform").pvalue > 1e-3


def test_inversion_is_of_the_first_number() -> None:
    x = drawn(Inverted(2, Gaussian(X, 5.0, S), {}), len(ROWS), "x", seed=9, given={"s": ROWS})[0]["x"]
    u = np.array([plain_philox.pair(9, event, slot=2)[0] for event in range(0, len(ROWS), 100)])
    np.testing.assert_allclose(CUT.cdf(x)[::100], u, rtol=0, atol=1e-12)


def test_a_row_alone_and_among_others() -> None:
    rejecting = Accepted(0, AcceptedDensity(Gaussian(X, 5.0, S), 1.0 + 0.1 * X * S), {}, "here")
    whole = drawn(rejecting, 9000, "x", given={"s": ROWS[:9000]})[0]["x"]
    np.testing.assert_array_equal(drawn(rejecting, 50, "x", given={"s": ROWS[:50]})[0]["x"], whole[:50])


def test_events_above_their_height_are_told() -> None:
    """A spike between the points at which the highest is looked for."""
    width, centre = 0.004, 10.0 / 256 * 100.5
    spiky = Formula(1.0 + 2.0 * (abs(as_node(X) - centre) < width) + 0.0 * as_node(S))
    part = Accepted(0, spiky, {}, "here")
    _, exceeded = drawn(part, 50_000, "x", given={"s": np.ones(50_000)})
    assert exceeded


def test_rows_in_which_there_is_no_density() -> None:
    vanishing = AcceptedDensity(Gaussian(X, 5.0, S), as_node(S) - 1.0)
    rows = np.array([1.5, 1.4, 1.0, 1.2])
    with pytest.raises(ModelError, match="here: in row 2 the density vanishes"):
        drawn(Accepted(0, vanishing, {}, "here"), 4, "x", given={"s": rows})
