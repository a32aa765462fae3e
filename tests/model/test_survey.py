import re

import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node, log, sqrt
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.model import as_model
from morefit_py.model.survey import check_densities, never_underflows
from morefit_py.pdfs import (
    Argus,
    Bernstein,
    Chebyshev,
    CrystalBall,
    Exponential,
    Formula,
    Gaussian,
    fractions,
)
from morefit_py.pdfs.density import Density

X = Observable("x", 0.0, 10.0)
N = Parameter("events", 100.0, (0.0, 1e4))


def check(density: Density) -> None:
    check_densities(as_model(N * density))


def test_a_density_that_becomes_negative_is_named_with_its_place() -> None:
    slope = Parameter("c1", 0.2, (-1.5, 0.5))
    with pytest.raises(ModelError) as caught:
        check_densities(as_model({"region": (N * Chebyshev(X, (slope,))).named("background")}))
    assert re.fullmatch(
        r"channel 'region', component 'background' \(chebyshev\): the density is negative \(-0\.\d+\) "
        r"at x = [\d.]+ with c1 = -1\.5; narrow the limits so that it stays positive",
        str(caught.value),
    )


def test_a_normalisation_that_vanishes_is_named_with_its_place() -> None:
    coefficients = tuple(Parameter(f"b{i}", 1.0, (0.0, 2.0)) for i in range(2))
    with pytest.raises(ModelError, match=r"its normalisation vanishes or is not finite at b0 = 0, b1 = 0"):
        check(Bernstein(X, coefficients))
    check(Bernstein(X, (1.0, *coefficients)))


def test_a_density_that_is_not_a_number() -> None:
    with pytest.raises(ModelError, match="the density is not a number at x = "):
        check(Formula(sqrt(X - as_node(Parameter("a", -1.0, (-2.0, 5.0))))))


def test_fractions_that_leave_less_than_nothing() -> None:
    parts = [Gaussian(X, 5.0, 1.0), Gaussian(X, 5.0, 2.0), Exponential(X, -0.1)]
    f, g = Parameter("f", 0.3, (0.0, 1.0)), Parameter("g", 0.3, (0.0, 1.0))
    check(fractions(parts, f, g))
    check(fractions([fractions(parts, f, g), parts[0]], Parameter("h", 0.3, (0.0, 1.0))))
    with pytest.raises(ModelError, match=r"the density is negative .* with f = -1, g = 0"):
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
    with pytest.raises(ModelError, match=r"component 'gaussian' \(gaussian\): its yield is -5 at n = -5"):
        check_densities(as_model(Parameter("n", 1.0, (-5.0, 10.0)) * density))
    with pytest.raises(ModelError, match=r"its yield is (-inf|nan|inf) at n = 0"):
        check_densities(as_model((1.0 / as_node(Parameter("n", 1.0, (0.0, 10.0)))) * density))
    check_densities(as_model(density))


def test_which_mixtures_can_be_summed_plainly() -> None:
    peak = N * Gaussian(X, Parameter("mu", 5.0, (4.0, 6.0)), Parameter("sigma", 0.1, (0.01, 0.2)))
    gentle = N * Exponential(X, Parameter("slope", -0.1, (-1.0, 1.0)))
    assert never_underflows(peak + gentle)
    assert not never_underflows(peak)
