"""Fits to weighted events: their errors in closed form, and toys that they cover."""

import json
from pathlib import Path

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import FitError
from morefit_py.fit.sandwich import Spread, sandwich
from morefit_py.fit.weights import KINDS, spread_of

X = mf.Observable("x", -200.0, 200.0)
MU, SIGMA = mf.Parameter("mu", 0.4, limits=(-5, 5)), mf.Parameter("sigma", 1.3, limits=(0.5, 5))
N = mf.Parameter("n", 300.0, limits=(0, 1e4))
PEAK = mf.pdfs.Gaussian(X, MU, SIGMA)
RNG = np.random.default_rng(12)
VALUES, WEIGHTS = RNG.normal(0.5, 1.2, 400), RNG.exponential(1.5, 400)
# Farther from zero, heavier.
STEEP = np.exp(0.5 * VALUES)
ORACLE = "reference"
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "specs"


def data(weights=WEIGHTS, values=VALUES):
    return mf.Dataset.from_numpy({"x": values}, weights)


def fixed(parameter, value):
    return mf.Parameter(parameter.name, value, fixed=True)


@pytest.mark.parametrize("weights", [WEIGHTS, STEEP], ids=["independent", "correlated"])
def test_the_mean_of_a_gaussian_in_closed_form(weights):
    """The estimate is sum w x / sum w, its variance sum w^2 (x - mean)^2 / (sum w)^2, whatever sigma."""
    fit = mf.compile(mf.pdfs.Gaussian(X, MU, fixed(SIGMA, 1.3)), data(weights))
    result = fit.minimise(minos=True)
    mean = np.average(VALUES, weights=weights)
    error = np.sqrt(np.sum(weights**2 * (VALUES - mean) ** 2)) / np.sum(weights)
    assert result.valid, result.reasons
    assert result.values["mu"] == pytest.approx(mean, abs=1e-6)
    assert result.errors["mu"] == pytest.approx(error, rel=1e-6)
    assert result.errors["sigma"] == 0.0
    # A parabola: MINOS and profile follow the corrected error.
    assert result.asymmetric_errors["mu"] == pytest.approx((-error, error), rel=1e-4)
    scan = fit.profile("mu", [mean - error, mean + error], result)
    np.testing.assert_allclose(scan.nll - result.nll, scan.up, rtol=1e-4)
    naive = fit.minimise(weighted_errors="naive", minos=True)
    assert naive.errors["mu"] == pytest.approx(1.3 / np.sqrt(np.sum(weights)), rel=1e-6)
    assert naive.asymmetric_errors["mu"][1] == pytest.approx(1.3 / np.sqrt(np.sum(weights)), rel=1e-4)
    assert fit.profile("mu", [mean], naive).up == 0.5
    scaled = fit.minimise(weighted_errors="scaled")
    factor = np.sqrt(np.sum(weights**2) / np.sum(weights))
    assert scaled.errors["mu"] == pytest.approx(factor * naive.errors["mu"], rel=1e-9)


def test_weights_may_be_negative():
    signed = WEIGHTS - 0.4
    held = data().with_weights(signed, signed=True)
    result = mf.compile(mf.pdfs.Gaussian(X, MU, fixed(SIGMA, 1.3)), held).minimise()
    mean = np.average(VALUES, weights=signed)
    error = np.sqrt(np.sum(signed**2 * (VALUES - mean) ** 2)) / np.sum(signed)
    assert (signed < 0.0).sum() > 50
    assert result.errors["mu"] == pytest.approx(error, rel=1e-6)


def test_mean_and_width_in_closed_form():
    """The root of sum w s = 0 for both, by the matrices written out."""
    fit = mf.compile(PEAK, data(STEEP))
    result = fit.minimise()
    mu, sigma = result.values["mu"], result.values["sigma"]
    assert sigma == pytest.approx(np.sqrt(np.average((VALUES - mu) ** 2, weights=STEEP)), rel=1e-6)
    t, total = (VALUES - mu) / sigma, np.sum(STEEP)
    score = np.stack([t / sigma, (t**2 - 1.0) / sigma])
    hessian = np.diag([total / sigma**2, 2.0 * total / sigma**2])
    expected = np.linalg.inv(hessian) @ (score * STEEP**2) @ score.T @ np.linalg.inv(hessian)
    np.testing.assert_allclose(result.covariance, expected, rtol=1e-4)
    by_matrices = sandwich(
        fit.hessian([*result.values.values()]), fit.score_products([*result.values.values()])
    )
    np.testing.assert_allclose(result.covariance, by_matrices, rtol=1e-10)
    np.testing.assert_allclose(
        np.einsum("ni,nj,n->ij", *[fit.scores([mu, sigma])] * 2, STEEP**2),
        fit.score_products([mu, sigma]),
        rtol=1e-10,
    )


def test_a_yield_of_weighted_events_has_the_error_of_their_sum():
    result = mf.compile(N * PEAK, data()).minimise()
    assert result.values["n"] == pytest.approx(np.sum(WEIGHTS), rel=1e-6)
    assert result.errors["n"] == pytest.approx(np.sqrt(np.sum(WEIGHTS**2)), rel=1e-6)


@pytest.mark.parametrize("weight", [0.25, 1.0, 8.0])
def test_equal_weights_are_the_unweighted_fit(weight):
    plain = mf.compile(PEAK, {"x": VALUES})
    robust, hesse = plain.minimise(robust=True), plain.minimise()
    same = mf.compile(PEAK, data(np.full(len(VALUES), weight))).minimise()
    for name in ("mu", "sigma"):
        assert same.values[name] == pytest.approx(robust.values[name], abs=1e-6)
        assert same.errors[name] == pytest.approx(robust.errors[name], rel=1e-6)
        # Hesse's are the same in expectation only; the fourth moment of 400 values is good to some per cent.
        assert same.errors[name] == pytest.approx(hesse.errors[name], rel=0.15)
    scaled = mf.compile(PEAK, data(np.full(len(VALUES), weight))).minimise(weighted_errors="scaled")
    assert scaled.errors["sigma"] == pytest.approx(hesse.errors["sigma"], rel=1e-6)


def test_without_weights_errors_are_hesse_unless_robust_ones_are_asked_for():
    fit = mf.compile(PEAK, {"x": VALUES})
    plain = fit.minimise()
    for kind in KINDS:
        again = fit.minimise(weighted_errors=kind)
        assert (again.errors, again.notes, again.covariance_type) == (plain.errors, (), "hesse")
    robust = fit.minimise(robust=True)
    assert robust.covariance_type == "sandwich"
    assert len(robust.notes) == 1
    # The width of two peaks by one: their fourth moment is not 3 sigma^4, as Hesse's error takes it.
    two = np.concatenate([RNG.normal(-3.0, 0.5, 500), RNG.normal(3.0, 0.5, 500)])
    result = mf.compile(PEAK, {"x": two}).minimise(robust=True)
    centred = two - two.mean()
    error = np.sqrt((np.mean(centred**4) - np.mean(centred**2) ** 2) / len(two) / (4.0 * np.mean(centred**2)))
    assert result.errors["sigma"] == pytest.approx(error, rel=1e-5)
    assert fit.profile("mu", [0.5], robust).up != 0.5


def test_what_a_constraint_knows_is_not_scaled_by_weights():
    """Mean of weighted events and an auxiliary measurement: the two combined by their own variances."""
    constraint = mf.GaussianConstraint(MU, 0.3, 0.05)
    model = mf.Model(mf.pdfs.Gaussian(X, MU, fixed(SIGMA, 1.3)), (constraint,))
    result = mf.compile(model, data()).minimise()
    curvature, prior = np.sum(WEIGHTS) / 1.3**2, 1.0 / 0.05**2
    mu = result.values["mu"]
    assert mu == pytest.approx(
        (np.sum(WEIGHTS * VALUES) / 1.3**2 + 0.3 * prior) / (curvature + prior), rel=1e-6
    )
    spread = np.sum(WEIGHTS**2 * (VALUES - mu) ** 2) / 1.3**4
    expected = np.sqrt(spread + prior) / (curvature + prior)
    assert result.errors["mu"] == pytest.approx(expected, rel=1e-6)
    scaled = mf.compile(model, data()).minimise(weighted_errors="scaled")
    factor = np.sum(WEIGHTS**2) / np.sum(WEIGHTS)
    expected = np.sqrt(factor * curvature + prior) / (curvature + prior)
    assert scaled.errors["mu"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", ["sandwich", "scaled"])
def test_what_only_a_constraint_knows_keeps_its_error(kind):
    aside = mf.Parameter("aside", 0.1, limits=(-5, 5))
    model = mf.Model(PEAK, (mf.GaussianConstraint(aside, 0.2, 0.3),))
    result = mf.compile(model, data()).minimise(weighted_errors=kind)
    assert result.errors["aside"] == pytest.approx(0.3, rel=1e-6)


def test_fixed_and_limited_parameters_keep_their_treatment():
    low = mf.Parameter("sigma", 2.5, limits=(2.0, 5.0))
    fit = mf.compile(mf.pdfs.Gaussian(X, MU, low), data())
    result = fit.minimise()
    assert result.valid, result.reasons
    assert result.at_limit == ("sigma",)
    assert np.isnan(result.errors["sigma"])
    mean = np.average(VALUES, weights=WEIGHTS)
    error = np.sqrt(np.sum(WEIGHTS**2 * (VALUES - mean) ** 2)) / np.sum(WEIGHTS)
    assert result.errors["mu"] == pytest.approx(error, rel=1e-6)


def test_notes_say_which_errors_they_are():
    fit = mf.compile(PEAK, data())
    said = {kind: fit.minimise(weighted_errors=kind) for kind in KINDS}
    assert all(len(result.notes) == 1 and "weighted events" in result.notes[0] for result in said.values())
    assert [result.covariance_type for result in said.values()] == ["sandwich", "scaled", "hesse"]
    assert "H^-1 D H^-1" in said["sandwich"].notes[0]
    assert "sum w^2 / sum w" in said["scaled"].notes[0]
    assert "not corrected" in said["naive"].notes[0]
    assert said["sandwich"].edm == said["naive"].edm
    assert said["sandwich"].values == said["naive"].values
    read = mf.FitResult.from_json(said["sandwich"].to_json())
    assert read.covariance_type == "sandwich"
    np.testing.assert_array_equal(read.covariance, said["sandwich"].covariance)


def test_contours_follow_the_errors_of_the_result():
    fit = mf.compile(PEAK, data(STEEP))
    for kind in KINDS:
        result = fit.minimise(weighted_errors=kind)
        line = fit.contour(result, ("mu", "sigma"), cl=0.3934693402873666, points=8).points
        # -log(1 - cl) = 1/2: as wide as the errors, but for the NLL's being no parabola.
        away = line - [result.values["mu"], result.values["sigma"]]
        height = np.einsum("ni,ij,nj->n", away, np.linalg.inv(result.covariance), away)
        np.testing.assert_allclose(height, 1.0, rtol=0.15)
        assert height.mean() == pytest.approx(1.0, rel=0.03)
    bare = fit.contour([*result.values.values()], ("mu", "sigma"), points=4)
    corrected = fit.contour(fit.minimise(), ("mu", "sigma"), points=4)
    np.testing.assert_allclose(bare.points, corrected.points, rtol=1e-6)


def test_a_spread_of_the_callers_own():
    fit = mf.compile(PEAK, data())
    four = Spread(
        "fourfold", "four times the sandwich", lambda theta, hessian: 4.0 * fit.score_products(theta)
    )
    result, plain = fit.minimise(spread=four), fit.minimise()
    np.testing.assert_allclose(result.covariance, 4.0 * plain.covariance, rtol=1e-12)
    assert (result.covariance_type, result.notes) == ("fourfold", ("four times the sandwich",))
    with pytest.raises(FitError, match="of the kind 'fourfold'; give its spread"):
        fit.contour(result, ("mu", "sigma"))


def test_binned_weights_have_the_errors_of_their_events():
    edges = np.r_[-200.0, np.linspace(-6.0, 7.0, 801), 200.0]
    events, binned = data(STEEP), mf.Binned.from_dataset(data(STEEP), {"x": edges})
    result, fine = (mf.compile(PEAK, held, ORACLE).minimise() for held in (events, binned))
    assert fine.covariance_type == "sandwich"
    for name in ("mu", "sigma"):
        # Events lie somewhere in their bins, a hundredth of sigma wide.
        assert fine.errors[name] == pytest.approx(result.errors[name], rel=5e-3)
    counts = mf.Binned.from_dataset(mf.Dataset.from_numpy({"x": VALUES}), {"x": edges})
    assert mf.compile(PEAK, counts, ORACLE).minimise().covariance_type == "hesse"
    neyman = mf.Binned.from_dataset(data(STEEP), {"x": edges}, statistic="neyman")
    assert spread_of(mf.compile(N * PEAK, neyman, ORACLE).likelihood) is None


def test_bad_kinds_are_told():
    fit = mf.compile(PEAK, data())
    with pytest.raises(FitError, match="none of sandwich, scaled, naive; did you mean 'sandwich'"):
        fit.minimise(weighted_errors="sandwhich")
    with pytest.raises(FitError, match="has channels one, two; name one"):
        mf.compile({"one": PEAK, "two": PEAK}, {"one": data(), "two": data()}).scores([0.4, 1.3])


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference specs are not beside the repository")
def test_the_reference_errors_of_a_weighted_spec_are_naive():
    """The stored errors are inverse Hessians; the weights, between 0.8 and 1.2, change them by a per cent."""
    answer = json.loads((REFERENCE / "answers.json").read_text())["gew_10k.yaml"]["errors"]
    fit = mf.compile(*mf.load(REFERENCE / "gew_10k.yaml"))
    naive, right = fit.minimise(weighted_errors="naive"), fit.minimise()
    for name in ("mu_sig", "sigma_sig", "lambda_bkg", "nu_bkg"):
        assert naive.errors[name] == pytest.approx(answer[name], rel=1e-3)
        assert right.errors[name] / naive.errors[name] == pytest.approx(1.0075, abs=0.003)
