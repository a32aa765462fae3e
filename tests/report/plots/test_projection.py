"""Plots show the data, the fitted model and its components, and pulls."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.report.plots.projection import projection as plot
from morefit_py.report.plots.style import have_matplotlib

pytestmark = pytest.mark.skipif(not have_matplotlib(), reason="matplotlib and mplhep are not installed")

X = mf.Observable("x", 0.0, 10.0, unit="ps", latex="t")


@pytest.fixture(scope="module")
def fitted() -> tuple[mf.CompiledFit, mf.FitResult]:
    n, m = mf.Parameter("n", 500, limits=(0, 5000)), mf.Parameter("m", 500, limits=(0, 5000))
    model = (
        n * mf.pdfs.Gaussian(X, mf.Parameter("mu", 5, limits=(3, 7)), mf.Parameter("s", 1, limits=(0.3, 3)))
        + m * mf.pdfs.Uniform(X)
    ).named("peak", "flat")
    data = mf.sample(mf.Model({"data": model}), {"n": 600, "m": 400, "mu": 5, "s": 1}, seed=3)
    fit = mf.compile(model, data)
    return fit, fit.minimise()


def test_curves_integrate_to_the_yields(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    figure = plot(fit, result, bins=40)
    top = figure.axes[0]
    lines = {line.get_label(): line for line in top.lines}
    for name, expected in (("peak", result.values["n"]), ("flat", result.values["m"])):
        x, y = lines[name].get_data()
        assert np.trapezoid(y, x) / (10.0 / 40) == pytest.approx(expected, rel=1e-3)
    assert "fit" in lines


def test_pulls_of_a_good_fit_are_of_order_one(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    figure = plot(*fitted, bins=25)
    pulls = np.array([bar.get_height() for bar in figure.axes[1].patches])
    assert len(pulls) == 25
    assert 0.4 < np.std(pulls) < 1.6


def test_axes_carry_name_and_unit(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    figure = plot(*fitted)
    assert figure.axes[1].get_xlabel() == "$t$ [ps]"
    assert "ps" in figure.axes[0].get_ylabel()


def test_weighted_data_have_weighted_errors() -> None:
    n = mf.Parameter("n", 500, limits=(0, 5000))
    model = n * mf.pdfs.Exponential(X, mf.Parameter("s", -0.1, limits=(-1, 1)))
    rng = np.random.default_rng(2)
    data = mf.Dataset.from_numpy({"x": rng.uniform(0, 10, 400)}, rng.uniform(1, 3, 400))
    fit = mf.compile(model, data)
    figure = plot(fit, fit.minimise(), bins=20)
    pulls = np.array([bar.get_height() for bar in figure.axes[1].patches])
    assert 0.4 < np.std(pulls) < 1.6


def test_unknown_names_are_told_with_the_nearest(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    with pytest.raises(ModelError, match="no density of the observable 'y'"):
        plot(*fitted, observable="y")
    with pytest.raises(ModelError, match="no channel 'dat'; did you mean 'data'"):
        plot(*fitted, channel="dat")


@pytest.mark.parametrize("log", [False, True])
def test_a_legend_has_room_above_data_that_are_flat(log: bool) -> None:
    n = mf.Parameter("n", 4000, limits=(0, 9000))
    fit = mf.compile(n * mf.pdfs.Uniform(X), mf.sample(n * mf.pdfs.Uniform(X), seed=1))
    axes = plot(fit, fit.minimise(), bins=20, log=log).axes[0]
    counts = np.histogram(fit.data["data"]["x"], 20, (0.0, 10.0))[0]
    highest = axes.transData.transform([5.0, float(np.max(counts + np.sqrt(counts)))])
    assert axes.transAxes.inverted().transform(highest)[1] == pytest.approx(0.62, abs=0.01)
