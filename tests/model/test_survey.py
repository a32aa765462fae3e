import re

import numpy as np
import pytest

from morefit_py.errors import ModelError, MorefitWarning
from morefit_py.graph.build import as_node, log, sqrt
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.model import as_model
from morefit_py.model.survey import check_densities, flaws, never_underflows, suspects
from morefit_py.pdfs import (
    Argus,
    Bernstein,
    Chebyshev,
    CrystalBall,
    Exponential,
    Formula,
    Gaussian,
    Product,
    fractions,
)
from morefit_py.pdfs.density import Density

X, Z = Observable("x", 0.0, 10.0), Observable("z", 0.0, 10.0)
N = Parameter("events", 100.0, (0.0, 1e4))


def check(density: Density) -> None:
    check_densities(as_model(N * density))


def test_a_density_that_is_negative_at_the_start_is_an_error_with_its_place() -> None:
    slope = Parameter("c1", -1.5, (-2.0, 0.5))
    with pytest.raises(ModelError) as caught:
        check_densities(as_model({"region": (N * Chebyshev(X, (slope,))).named("background")}))
    assert re.fullmatch(
        r"channel 'region', component 'background' \(chebyshev\): the density is negative \(-0\.\d+\) "
        r"at x = [\d.]+ with c1 = -1\.5, the start; start where it is a density",
        str(caught.value),
    )


def test_corners_of_the_limits_where_it_is_negative_are_warned_of_once() -> None:
    c = tuple(Parameter(f"c{i}", 0.0, (-1.0, 1.0)) for i in (1, 2))
    other = tuple(Parameter(f"d{i}", 0.0, (-1.0, 1.0)) for i in (1, 2))
    with pytest.warns(MorefitWarning) as caught:
        check_densities(as_model(N * Chebyshev(X, c) + N * Chebyshev(X, other)))
    first, second = (str(warning.message) for warning in caught)
    assert re.fullmatch(
        r"channel 'data', component 'chebyshev' \(chebyshev\): the density is negative \(-1\) at x = 10 with "
        r"c1 = -1, c2 = -1, a corner of the limits; a fit steps back from there, and is not valid if it ends "
        r"there: narrow the limits if it does",
        first,
    )
    assert "component 'chebyshev_2'" in second


def test_a_normalisation_that_vanishes_is_named_with_its_place() -> None:
    coefficients = tuple(Parameter(f"b{i}", 1.0, (0.0, 2.0)) for i in range(2))
    with pytest.warns(MorefitWarning, match="normalisation vanishes or is not finite at b0 = 0, b1 = 0, a"):
        check(Bernstein(X, coefficients))
    check(Bernstein(X, (1.0, *coefficients)))
    nothing = tuple(Parameter(f"b{i}", 0.0, (0.0, 2.0)) for i in range(2))
    with pytest.raises(ModelError, match="normalisation vanishes or is not finite at b0 = 0, b1 = 0, the"):
        check(Bernstein(X, nothing))


def test_a_density_that_is_not_a_number() -> None:
    with pytest.warns(MorefitWarning, match="the density is not a number at x = "):
        check(Formula(sqrt(X - as_node(Parameter("a", -1.0, (-2.0, 5.0))))))
    with pytest.raises(ModelError, match=r"the density is not a number at x = .* with a = 3, the start"):
        check(Formula(sqrt(X - as_node(Parameter("a", 3.0, (-2.0, 5.0))))))


def test_fractions_that_leave_less_than_nothing() -> None:
    parts = [Gaussian(X, 5.0, 1.0), Gaussian(X, 5.0, 2.0), Exponential(X, -0.1)]
    f, g = Parameter("f", 0.3, (0.0, 1.0)), Parameter("g", 0.3, (0.0, 1.0))
    check(fractions(parts, f, g))
    check(fractions([fractions(parts, f, g), parts[0]], Parameter("h", 0.3, (0.0, 1.0))))
    with pytest.warns(MorefitWarning, match=r"the density is negative .* with f = -1, g = 0, a corner"):
        check(fractions(parts, Parameter("f", 0.3, (-1.0, 1.0)), g))


@pytest.mark.parametrize(
    "density",
    [
        Argus(X, Parameter("c", -20.0, (-50.0, 5.0)), Parameter("p", 0.5, (0.0, 3.0))),
        Chebyshev(X, (Parameter("c", 0.0, (-1.0, 1.0)),)),
        Bernstein(X, (0.0, Parameter("b", 1.0, (0.5, 2.0)), 0.0)),
        Gaussian(X, Parameter("mu", 5.0, (-500.0, 500.0)), Parameter("sigma", 1.0, (0.1, 10.0))),
        CrystalBall(X, Parameter("mu", 5.0, (-50.0, 50.0)), 1.0, 1.0, Parameter("n", 3.0, (1.001, 1e4))),
        Exponential(X, Parameter("slope", 0.0, (-1e3, 1e3))),
        Formula(-as_node(X) * log(X / 10.0)),
        Formula(sqrt(X)),
    ],
    ids=lambda density: density.type,
)
def test_no_false_alarms(density: Density) -> None:
    check(density)


def test_a_yield_that_becomes_negative() -> None:
    density = Gaussian(X, 5.0, 1.0)
    with pytest.raises(ModelError, match=r"'gaussian' \(gaussian\): its yield is negative at n = -5"):
        check_densities(as_model(Parameter("n", 1.0, (-5.0, 10.0)) * density))
    with pytest.raises(ModelError, match=r"its yield is not finite at n = 0"):
        check_densities(as_model((1.0 / as_node(Parameter("n", 1.0, (0.0, 10.0)))) * density))
    check_densities(as_model(density))


def test_which_mixtures_can_be_summed_plainly() -> None:
    peak = N * Gaussian(X, Parameter("mu", 5.0, (4.0, 6.0)), Parameter("sigma", 0.1, (0.01, 0.2)))
    gentle = N * Exponential(X, Parameter("slope", -0.1, (-1.0, 1.0)))
    assert never_underflows(peak + gentle)
    assert not never_underflows(peak)


def test_limits_beyond_the_valid_region_do_not_hide_that_plain_sums_are_safe() -> None:
    peak = N * Gaussian(X, Parameter("mu", 5.0, (4.0, 6.0)), Parameter("sigma", 0.1, (0.01, 0.2)))
    c = tuple(Parameter(f"c{i}", 0.0, (-1.0, 1.0)) for i in (1, 2))
    b = tuple(Parameter(f"b{i}", 1.0, (0.0, 5.0)) for i in range(3))
    assert never_underflows(peak + N * Chebyshev(X, c))
    assert never_underflows(peak + N * Bernstein(X, b))


def test_what_intervals_show_to_be_positive_is_not_suspect() -> None:
    slope = Parameter("slope", -0.1, (-1.0, 1.0))
    model = as_model(N * Gaussian(X, 5.0, 1.0) + N * Exponential(X, slope) + N * Argus(X, -20.0, 0.5))
    assert suspects(model) == []
    c = Parameter("c", 0.0)
    assert [where for where, _ in suspects(as_model(N * Gaussian(X, 5.0, 1.0) + N * Chebyshev(X, (c,))))] == [
        "channel 'data', component 'chebyshev' (chebyshev)"
    ]


def test_a_product_is_suspect_by_its_factors() -> None:
    y = Observable("y", 0.0, 10.0)
    mu, sigma = Parameter("mu", 5.0, (0.0, 10.0)), Parameter("sigma", 1.0, (0.1, 5.0))
    peak, flat = Gaussian(X, mu, sigma), Exponential(y, -0.1)
    assert suspects(as_model(N * Product((peak, flat)))) == []
    (held,) = suspects(as_model(N * Product((peak, Product((flat, Chebyshev(Z, (Parameter("c", 0.0),))))))))
    assert held[0] == "channel 'data', component 'product' (product)"


def test_a_result_where_a_density_is_negative_has_a_flaw() -> None:
    c = tuple(Parameter(f"c{i}", 0.0) for i in (1, 2))
    held = suspects(as_model(N * Chebyshev(X, c)))
    assert flaws(held, {"c1": 0.3, "c2": 0.2}) == ()
    # Touching zero is no flaw.
    assert flaws(held, {"c1": 1.0, "c2": 0.0}) == ()
    assert flaws(held, {"c1": 0.0, "c2": 1.0}) == ()
    (flaw,) = flaws(held, {"c1": 0.0, "c2": 1.0 + 1e-8})
    assert flaw.startswith("channel 'data', component 'chebyshev' (chebyshev): the density is negative (-1")
    assert "at x = 5 with c1 = 0, c2 = 1; narrow its limits, or take a density that is never negative" in flaw


def test_the_look_at_a_result_falls_between_the_points_of_its_grid() -> None:
    # A parabola with its lowest value between two points of the grid, negative only in between.
    place = 0.12345
    c2 = 1.0 / (1.0 + 2.0 * place**2) * (1.0 + 1e-7)
    c1 = -4.0 * c2 * place
    held = suspects(as_model(N * Chebyshev(X, (Parameter("c1", 0.0), Parameter("c2", 0.0)))))
    lowest = 1.0 + c1 * place + c2 * (2.0 * place**2 - 1.0)
    grid = np.linspace(-1.0, 1.0, 1025)
    assert np.all(1.0 + c1 * grid + c2 * (2.0 * grid**2 - 1.0) > 0.0)
    assert -1e-6 < lowest < 0.0
    (flaw,) = flaws(held, {"c1": c1, "c2": c2})
    assert "at x = 5.617" in flaw


def test_densities_that_are_conditional_are_looked_at_too() -> None:
    each = Observable("each", 0.0, 1.0)
    held = suspects(as_model(Chebyshev(X, (Parameter("c1", 0.0) * as_node(each),))))
    assert flaws(held, {"c1": 0.9}) == ()
    assert "each = " in flaws(held, {"c1": 1.5})[0]
