"""Densities that parameters may make negative: every minimiser steps back, and none ends there as valid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize

import morefit_py as mf
from morefit_py.errors import MorefitWarning
from morefit_py.fit.minimisers import minimisers

X = mf.Observable("x", -1.0, 1.0)
every_minimiser = pytest.mark.parametrize("name", minimisers())


def drawn(shape: Callable[[np.ndarray], np.ndarray], size: int, seed: int) -> np.ndarray:
    """Events by accept-reject, independent of the package."""
    rng = np.random.default_rng(seed)
    x, height = rng.uniform(-1, 1, 20 * size), rng.uniform(0, 3, 20 * size)
    return x[height < shape(x)][:size]


def parameters(limit: float, **starts: float) -> tuple[mf.Parameter, ...]:
    return tuple(mf.Parameter(name, value, limits=(-limit, limit)) for name, value in starts.items())


@pytest.fixture(scope="module")
def steep() -> np.ndarray:
    """From 1 - 0.93 u + 0.05 (2 u^2 - 1), which is 0.02 at its lowest."""
    return drawn(lambda u: 1 - 0.93 * u + 0.05 * (2 * u**2 - 1), 3000, 5)


@pytest.fixture(scope="module")
def fit(steep: np.ndarray) -> mf.CompiledFit:
    with pytest.warns(MorefitWarning, match="component 'chebyshev' .* is negative .*a corner of the limits"):
        return mf.compile(mf.pdfs.Chebyshev(X, parameters(1.0, c1=0.0, c2=0.0)), {"x": steep})


@every_minimiser
@pytest.mark.parametrize(
    "start", [{}, {"c1": 0.9, "c2": 0.1}, {"c1": 0.0, "c2": 0.9}, {"c1": -0.9, "c2": 0.35}]
)
def test_a_minimum_inside_the_valid_region_is_found(
    fit: mf.CompiledFit, steep: np.ndarray, name: str, start: dict[str, float]
) -> None:
    def nll(c: np.ndarray) -> float:
        value = 1 + c[0] * steep + c[1] * (2 * steep**2 - 1)
        return float(-np.sum(np.log(value / (2 - 2 * c[1] / 3)))) if np.all(value > 0) else np.inf

    exact = minimize(nll, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    result = fit.minimise(name, start=start)
    assert result.valid, result.reasons
    for value, parameter in zip(exact.x, ("c1", "c2"), strict=True):
        assert abs(result.values[parameter] - value) < 0.02 * result.errors[parameter]


@every_minimiser
def test_steps_into_the_forbidden_region_are_met_and_taken_back(steep: np.ndarray, name: str) -> None:
    c = parameters(1.0, c1=0.0, c2=0.0, c3=0.0, c4=0.0)
    with pytest.warns(MorefitWarning, match="component 'chebyshev'"):
        found = mf.compile(mf.pdfs.Chebyshev(X, c), {"x": steep[:300]})
    met: list[float] = []
    lowest = []
    for start in (
        (0.412, -0.004, 0.047, 0.457),
        (0.463, 0.091, -0.444, 0.092),
        (-0.038, -0.114, -0.122, 0.138),
    ):
        result = found.minimise(name, start=np.array(start), progress=lambda at: met.append(at.nll))
        assert result.valid, result.reasons
        lowest.append(result.nll)
    assert np.isnan(met).any()
    assert np.ptp(lowest) < 1e-3


@every_minimiser
def test_with_a_peak_on_it(name: str) -> None:
    rng = np.random.default_rng(8)
    events = np.concatenate([rng.normal(0.2, 0.05, 400), drawn(lambda u: 1 + 0.9 * u - 0.05, 2500, 9)])
    c1, c2 = parameters(1.0, c1=0.0, c2=0.0)
    n, b = (mf.Parameter(p, 1000.0, limits=(0.0, 1e5)) for p in ("n", "b"))
    peak = mf.pdfs.Gaussian(X, mf.Parameter("mu", 0.15, limits=(0.0, 0.5)), 0.05)
    with pytest.warns(MorefitWarning, match="component 'chebyshev'"):
        found = mf.compile(n * peak + b * mf.pdfs.Chebyshev(X, (c1, c2)), {"x": events})
    result = found.minimise(name)
    assert result.valid, result.reasons
    for parameter, truth in {"n": 400, "mu": 0.2, "c1": 0.9 / 0.95}.items():
        assert abs(result.values[parameter] - truth) < 4 * result.errors[parameter]


@pytest.fixture(scope="module")
def beyond() -> mf.CompiledFit:
    """Events on the upper three quarters only: 1 + c u fits them best where it is negative on the rest."""
    events = drawn(lambda u: np.maximum(u + 0.5, 0.0) * 2, 2000, 3)
    with pytest.warns(MorefitWarning):
        return mf.compile(mf.pdfs.Chebyshev(X, parameters(3.0, c=0.0)).named("background"), {"x": events})


@every_minimiser
@pytest.mark.parametrize("minos", [False, True])
def test_a_minimum_where_it_is_negative_is_not_valid(beyond: mf.CompiledFit, name: str, minos: bool) -> None:
    result = beyond.minimise(name, minos=minos)
    assert not result.valid
    assert result.reasons[0].startswith(
        "channel 'data', component 'background' (chebyshev): the density is negative (-1.0"
    )
    assert "at x = -1 with c = 2.0" in result.reasons[0]
    assert result.asymmetric_errors == {}


@every_minimiser
def test_limits_that_keep_it_positive_give_a_valid_result_at_the_limit(name: str) -> None:
    events = drawn(lambda u: np.maximum(u + 0.5, 0.0) * 2, 2000, 3)
    result = mf.compile(mf.pdfs.Chebyshev(X, parameters(1.0, c=0.0)), {"x": events}).minimise(name)
    assert result.valid, result.reasons
    assert result.values["c"] == pytest.approx(1.0, abs=1e-5)
    assert result.at_limit == ("c",)


@every_minimiser
def test_bernstein_coefficients_that_may_all_vanish(name: str) -> None:
    events = drawn(lambda u: (1 + u) * 0.8, 2000, 4)
    b = [mf.Parameter(f"b{i}", 1.0, limits=(0.0, 5.0)) for i in range(3)]
    density = mf.pdfs.Bernstein(X, b)
    with pytest.warns(
        MorefitWarning, match="normalisation vanishes or is not finite at b0 = 0, b1 = 0, b2 = 0"
    ):
        found = mf.compile(density, {"x": events}).minimise(name)
    # Their common scale says nothing, which is no question of where there is a density.
    assert not found.valid
    assert "negative" not in " ".join(found.reasons)
    held = mf.Parameter("b2", 1.0, limits=(0.0, 5.0), fixed=True)
    result = mf.compile(mf.pdfs.Bernstein(X, (*b[:2], held)), {"x": events}).minimise(name)
    assert result.valid, result.reasons
    assert result.nll == pytest.approx(found.nll, abs=1e-3)
