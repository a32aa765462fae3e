"""Toys of a B-mass fit: pulls are standard normal, intervals cover."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import morefit_py as mf

Array = NDArray[np.float64]
TOYS = 500
ONE_SIGMA = 0.6827
# Means and widths of the pulls, and coverages, may be off by so many of their own errors.
ALLOWED = 3.0


def bmass(signal: str) -> mf.Model:
    """The signal on an exponential; its tail, where it has one, is known from simulation."""
    x = mf.Observable("mass", 5000.0, 6000.0)
    n_sig = mf.Parameter("n_sig", 3000.0, limits=(0.0, 20000.0))
    n_bkg = mf.Parameter("n_bkg", 7000.0, limits=(0.0, 40000.0))
    mu = mf.Parameter("mu", 5280.0, limits=(5200.0, 5350.0))
    sigma = mf.Parameter("sigma", 20.0, limits=(5.0, 60.0))
    slope = mf.Parameter("slope", -0.002, limits=(-0.02, 0.02))
    peak: mf.pdfs.Density = mf.pdfs.Gaussian(x, mu, sigma)
    if signal == "crystal_ball":
        alpha, n = mf.Parameter("alpha", 1.6, fixed=True), mf.Parameter("n", 3.0, fixed=True)
        peak = mf.pdfs.CrystalBall(x, mu, sigma, alpha, n)
    return mf.Model({"bmass": n_sig * peak + n_bkg * mf.pdfs.Exponential(x, slope)}, poi="n_sig")


@dataclass(frozen=True)
class Study:
    """Fits of all toys: pulls and whether the MINOS interval of the signal yield covers, by toy."""

    names: tuple[str, ...]
    pulls: Array
    minos_covers: NDArray[np.bool_]
    invalid: tuple[str, ...]


@cache
def study(signal: str) -> Study:
    model = bmass(signal)
    free = tuple(p for p in model.parameters if not p.fixed)
    pulls, covers, invalid = [], [], []
    for toy in range(TOYS):
        fit = mf.compile(model, mf.sample(model, seed=toy))
        result = fit.minimise(minos=["n_sig"])
        if not result.valid:
            invalid.append(f"toy {toy}: {result.reasons}")
            continue
        pulls.append([(result.values[p.name] - p.init) / result.errors[p.name] for p in free])
        low, high = result.asymmetric_errors["n_sig"]
        covers.append(low <= free[0].init - result.values["n_sig"] <= high)
        fit.release()
    names = tuple(parameter.name for parameter in free)
    return Study(names, np.array(pulls), np.array(covers), tuple(invalid))


@pytest.fixture(params=["gaussian", "crystal_ball"])
def toys(request: pytest.FixtureRequest) -> Study:
    return study(request.param)


@pytest.mark.study
def test_every_toy_is_fitted(toys: Study) -> None:
    assert toys.invalid == ()


@pytest.mark.study
def test_pulls_have_mean_zero(toys: Study) -> None:
    means = toys.pulls.mean(axis=0) * np.sqrt(len(toys.pulls))
    assert dict(zip(toys.names, means, strict=True)) == pytest.approx(
        dict.fromkeys(toys.names, 0.0), abs=ALLOWED
    )


@pytest.mark.study
def test_pulls_have_width_one(toys: Study) -> None:
    off = (toys.pulls.std(axis=0, ddof=1) - 1.0) * np.sqrt(2.0 * len(toys.pulls))
    assert dict(zip(toys.names, off, strict=True)) == pytest.approx(
        dict.fromkeys(toys.names, 0.0), abs=ALLOWED
    )


@pytest.mark.study
def test_pulls_are_normal(toys: Study) -> None:
    for name, pulls in zip(toys.names, toys.pulls.T, strict=True):
        assert stats.kstest(pulls, "norm").pvalue > 1e-3, name


@pytest.mark.study
def test_intervals_cover(toys: Study) -> None:
    allowed = ALLOWED * np.sqrt(ONE_SIGMA * (1.0 - ONE_SIGMA) / len(toys.pulls))
    hesse = (np.abs(toys.pulls) <= 1.0).mean(axis=0)
    assert hesse == pytest.approx(np.full(len(toys.names), ONE_SIGMA), abs=allowed)
    assert toys.minos_covers.mean() == pytest.approx(ONE_SIGMA, abs=allowed)
