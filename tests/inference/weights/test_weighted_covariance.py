"""The covariance of fits to weighted events, against the published formula and against toys."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError, FitError

from .mixtures import Array, events, exponential, fitted, mass_model, normal, time_model


def fit_of(weights: mf.EventWeights, extended: bool = False) -> tuple[mf.CompiledFit, mf.FitResult]:
    fit = mf.compile(time_model(extended), weights.dataset("signal"))
    return fit, fit.minimise()


def published(weights: mf.EventWeights, rate: float, values: dict[str, float]) -> float:
    """Eq. 51 of arXiv:2112.04574, for densities that are known: H^-1 H' H^-1 - H^-1 E C' E^T H^-1.

    The weights are functions of the three sums W alone, which also give the yields.
    """
    m, t = weights.data["m"], weights.data["t"]
    p = np.stack([normal(m), exponential(m, -1.0, 1.0)], axis=1)
    n = np.array([values["n_s"], values["n_b"]])

    def weight(sums: Array) -> Array:
        ss, sb, bb = sums
        return (bb * p[:, 0] - sb * p[:, 1]) / ((bb - sb) * p[:, 0] + (ss - sb) * p[:, 1])

    products = np.stack([p[:, 0] ** 2, p[:, 0] * p[:, 1], p[:, 1] ** 2]) / (p @ n) ** 2
    sums = products.sum(axis=1)
    w = weight(sums)
    step = 1e-6
    score = t + 1.0 / rate - 1.5 * np.exp(rate * 1.5) / np.expm1(rate * 1.5)
    slope = np.array(
        [
            np.sum(
                (weight(sums * (1 + step * e)) - weight(sums * (1 - step * e))) / (2 * step * sums[k]) * score
            )
            for k, e in enumerate(np.eye(3))
        ]
    )
    grown = 1e-5
    curvature = (
        np.sum(w)
        * (
            (1.0 / rate - 1.5 / (1.0 - np.exp(-rate * 1.5)))
            - (1.0 / (rate + grown) - 1.5 / (1.0 - np.exp(-(rate + grown) * 1.5)))
        )
        / grown
    )
    return float((np.sum(w**2 * score**2) - slope @ (products @ products.T) @ slope) / curvature**2)


def test_known_densities_give_the_published_covariance() -> None:
    fit, result = fitted(floating=False)
    weights = mf.sweights(fit, result)
    control, at = fit_of(weights)
    found = weights.corrected(control, at, "signal")
    assert found.parameters == ("rate",)
    assert found.shapes == ()
    # The paper puts expectations for some sums over the data; they differ by what the data fluctuate.
    expected = published(weights, at.values["rate"], result.values)
    assert found.covariance[0, 0] == pytest.approx(expected, rel=0.02)
    assert abs(found.independent[0, 0] / expected - 1.0) > 0.02


def test_stages() -> None:
    weights = mf.sweights(*fitted())
    fit, result = fit_of(weights, extended=True)
    found = weights.corrected(fit, result, "signal")
    theta = np.array(list(result.values.values()))
    hessian = fit.hessian(theta)
    assert found.uncorrected == pytest.approx(np.linalg.inv(hessian), rel=1e-9)
    inverse = np.linalg.inv(hessian)
    assert found.independent == pytest.approx(inverse @ fit.score_products(theta) @ inverse, rel=1e-8)
    assert found.shapes == ("mean", "width", "fall")
    assert found.errors["rate"] == pytest.approx(np.sqrt(found.covariance[-1, -1]))
    lines = str(found).splitlines()
    assert lines[0] == "fit to events weighted for signal; errors, by what they account for"
    assert lines[1].split()[:2] == ["parameter", "value"]
    assert len(lines) == 4
    assert found.to_dict()["component"] == "signal"


def test_the_error_of_the_yield_is_that_of_the_fit() -> None:
    """The sum of the weights is the yield of the mass fit: so is its error, that of floating shapes too."""
    fit, result = fitted()
    weights = mf.sweights(fit, result)
    found = weights.corrected(*fit_of(weights, extended=True), "signal")
    assert found.values["n"] == pytest.approx(result.values["n_s"], rel=1e-6)
    robust = fit.minimise(robust=True)
    assert found.errors["n"] == pytest.approx(robust.errors["n_s"], rel=1e-6)
    assert found.errors["n"] == pytest.approx(result.errors["n_s"], rel=0.05)


def test_a_fit_may_use_the_spread_itself() -> None:
    weights = mf.sweights(*fitted())
    fit, result = fit_of(weights)
    found = weights.corrected(fit, result, "signal")
    again = fit.minimise(spread=weights.spread(fit, "signal"), minos=["rate"])
    assert again.errors["rate"] == pytest.approx(found.errors["rate"], rel=1e-6)
    assert again.covariance_type == "sWeights"
    low, high = again.asymmetric_errors["rate"]
    assert (high - low) / 2.0 == pytest.approx(found.errors["rate"], rel=0.02)


def test_events_of_other_channels_keep_their_share() -> None:
    """A second channel of the control fit that is not weighted counts as it would by itself."""
    weights = mf.sweights(*fitted())
    rate = time_model().channels["d"].terms[0].density
    other = mf.sample(rate, seed=3, size=500)
    fit = mf.compile({"d": rate, "more": rate}, {"d": weights.dataset("signal"), "more": other})
    result = fit.minimise()
    found = weights.corrected(fit, result, "signal")
    assert fit_of(weights)[1].errors["rate"] > found.errors["rate"]
    theta = np.array([result.values["rate"]])
    alone = mf.compile(rate, other)
    events_of_both = found.covariance * fit.hessian(theta) ** 2
    own = weights.corrected(*fit_of(weights), "signal")
    scores = alone.scores(theta)
    assert events_of_both[0, 0] - np.sum(scores**2) > 0.0
    assert own.shapes == found.shapes


def test_other_data_are_refused() -> None:
    weights = mf.sweights(*fitted())
    fit, result = fit_of(weights)
    with pytest.raises(DataError, match="no channel of the fit has the sWeights of background"):
        weights.corrected(fit, result, "background")
    with pytest.raises(DataError, match="no channel of the fit has"):
        weights.spread(fit, "background")
    with pytest.raises(FitError, match="not valid"):
        weights.corrected(fit, fit.minimise(max_calls=1), "signal")


@pytest.mark.study
def test_errors_cover_where_others_do_not() -> None:
    """Pulls of 500 toys have the width 1 within their errors; with other covariances they do not."""
    pulls = []
    mass = time = None
    for seed in range(500):
        data = events(70_000 + seed, 2000, 2000)[0]
        mass = mf.compile(mass_model(), data)
        weights = mf.sweights(mass, mass.minimise())
        time = mf.compile(time_model(), weights.dataset("signal"))
        result = time.minimise()
        found = weights.corrected(time, result, "signal")
        off = result.values["rate"] + 2.0
        stages = (found.covariance, found.independent, found.uncorrected)
        pulls.append([off / np.sqrt(stage[0, 0]) for stage in stages])
    width = np.std(pulls, axis=0, ddof=1)
    error = 1.0 / np.sqrt(2.0 * len(pulls))
    assert abs(width[0] - 1.0) < 4.0 * error
    assert abs(np.mean(pulls, axis=0)[0]) < 4.0 / np.sqrt(len(pulls))
    assert width[2] - 1.0 > 10.0 * error
