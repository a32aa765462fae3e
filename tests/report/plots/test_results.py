"""Figures of what comes out of fits: each shows the numbers it is made of."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import FitError, ModelError
from morefit_py.report import plots
from morefit_py.report.plots.style import have_matplotlib

pytestmark = pytest.mark.skipif(not have_matplotlib(), reason="matplotlib and mplhep are not installed")

X, Y = mf.Observable("x", 0.0, 10.0), mf.Observable("y", 0.0, 1.0)
N = mf.Parameter("n", 500, limits=(0, 5000), latex="N")
MU, SIGMA = mf.Parameter("mu", 5, limits=(3, 7), unit="GeV"), mf.Parameter("sigma", 1, limits=(0.3, 3))


@pytest.fixture(scope="module")
def fitted() -> tuple[mf.CompiledFit, mf.FitResult]:
    density = mf.pdfs.Product((mf.pdfs.Gaussian(X, MU, SIGMA), mf.pdfs.Uniform(Y)))
    model = mf.Model(N * density, (mf.GaussianConstraint(SIGMA, 1.1, 0.1),))
    fit = mf.compile(model, mf.sample(model, seed=3))
    return fit, fit.minimise()


def test_profile(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    error = result.errors["mu"]
    found = fit.profile("mu", result.values["mu"] + error * np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), result)
    axes = found.plot(result).axes[0]
    line = next(line for line in axes.lines if line.get_label() == "profile")
    np.testing.assert_allclose(line.get_ydata(), [4, 1, 0, 1, 4], atol=0.05)
    assert axes.get_xlabel() == "mu [GeV]"
    assert plots.profile(found).axes[0].get_ylim()[0] == 0.0


def test_contour(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    inner = fit.contour(result, ("mu", "sigma"), points=12)
    outer = fit.contour(result, ("mu", "sigma"), cl=0.95, points=12)
    axes = plots.contour([inner, outer], result, ("68 %", "95 %")).axes[0]
    sizes = [np.ptp(line.get_xdata()) for line in axes.lines[:2]]
    assert sizes[0] < sizes[1]
    np.testing.assert_array_equal(axes.lines[0].get_xydata()[0], axes.lines[0].get_xydata()[-1])
    assert inner.plot(result).axes[0].get_xlabel() == "mu [GeV]"
    with pytest.raises(FitError, match="contours of one figure are of the same two parameters"):
        plots.contour([inner, fit.contour(result, ("mu", "n"), points=8)])


def test_correlation(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    result = fitted[1]
    axes = result.plot().axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), result.correlation)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["$N$", "mu", "sigma"]
    assert len(axes.texts) == 9


def test_pulls_of_constrained_parameters(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    axes = plots.pulls(fit.model, result).axes[0]
    pulled = (result.values["sigma"] - 1.1) / 0.1
    assert axes.lines[0].get_xdata() == pytest.approx([pulled])
    with pytest.raises(FitError, match="no parameter with a Gaussian constraint"):
        plots.pulls(mf.Model(fit.model.channels), result)


def test_two_observables(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    figure = plots.plane(fit, result, "x", "y", bins=10)
    data, model = (axes.collections[0].get_array() for axes in figure.axes[:2])
    assert data.sum() == len(fit.data["data"])
    assert model.sum() == pytest.approx(data.sum())
    # Both show the same peak.
    assert np.corrcoef(data.reshape(10, 10).sum(axis=0), model.reshape(10, 10).sum(axis=0))[0, 1] > 0.99
    with pytest.raises(ModelError, match="no observable 'z'"):
        plots.plane(fit, result, "x", "z")


def test_from_the_fit_itself(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    figure = fit.plot("x", log=True, pulls=False, by_component=False)
    assert len(figure.axes) == 1
    assert figure.axes[0].get_yscale() == "log"
    assert fit.plot("y", result, category="data").axes[-1].get_xlabel() == "y"
    with pytest.raises(FitError, match="nothing is fitted yet"):
        mf.compile(fit.model, fit.data["data"]).plot()


def test_scan_of_two_parameters(fitted: tuple[mf.CompiledFit, mf.FitResult]) -> None:
    fit, result = fitted
    found = mf.scan2d(fit, result, "mu", "sigma", points=7, progress=False)
    axes = plots.scan(found, result).axes[0]
    shown = axes.collections[0].get_array().reshape(7, 7)
    # Rows are of the second parameter.
    np.testing.assert_allclose(shown, 2.0 * found.delta.T, atol=1e-12)
    assert axes.get_xlabel() == "mu [GeV]"
    assert axes.get_ylabel() == "sigma"
