"""Toys: their events, the outcomes of their constraints, their likelihoods."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError, ModelError, MorefitWarning
from morefit_py.inference.toys.ensemble import Ensemble, spread_for
from morefit_py.inference.toys.seeds import toy_seed

from .models import MEAN, X, constrained, peak


def test_events_are_those_of_sample() -> None:
    toy = Ensemble(peak(), {"mean": 4.5}).draw(toy_seed(1, 3))
    again = mf.sample(peak(), {"mean": 4.5}, seed=toy_seed(1, 3))
    assert toy.data["d"]["x"].tolist() == again["x"].tolist()
    assert toy.events == len(again)


def test_outcomes_follow_the_truth() -> None:
    ensemble = Ensemble(constrained(0.2), {"mean": 4.5})
    outcomes = [ensemble.draw(toy_seed(1, i)).constraints[0].mean for i in range(400)]  # type: ignore[attr-defined]
    assert stats.kstest(outcomes, stats.norm(4.5, 0.2).cdf).pvalue > 1e-3
    held = Ensemble(constrained(0.2), {"mean": 4.5}, fluctuate=False).draw(1)
    assert held.constraints[0].mean == 5.0  # type: ignore[attr-defined]


def test_likelihood_is_that_of_the_compiled_model() -> None:
    ensemble = Ensemble(constrained(0.2))
    for toy in (ensemble.draw(5), ensemble.draw(6)):
        found = ensemble.likelihood(toy)
        whole = mf.compile(mf.Model(ensemble.model.channels, toy.constraints), toy.data["d"])
        theta = whole.initial * 1.01
        assert found.evaluate(theta, 2)[0] == pytest.approx(whole.nll(theta), rel=1e-12)
        assert found.evaluate(theta, 2)[2] == pytest.approx(whole.hessian(theta), rel=1e-10)


def test_another_model_may_be_fitted() -> None:
    slope = mf.Parameter("slope", -0.1, limits=(-5.0, 5.0))
    other = mf.Model({"d": mf.Parameter("n", 9.0, limits=(0.0, 9e9)) * mf.pdfs.Exponential(X, slope)})
    ensemble = Ensemble(peak(), {"n": 100.0}, other)
    assert ensemble.truth == {"n": 100.0, "slope": -0.1}
    assert ensemble.likelihood(ensemble.draw(1)).parameters == ("n", "slope")


def test_transformed_toys() -> None:
    edges = {"x": np.linspace(0.0, 10.0, 21)}
    ensemble = Ensemble(peak(), transform=lambda data: mf.Binned.from_dataset(data, edges))
    toy = ensemble.draw(3)
    held = toy.data["d"]
    assert isinstance(held, mf.Binned)
    assert held.counts.sum() == toy.events == len(mf.sample(peak(), seed=3))
    first, second = ensemble.likelihood(toy), ensemble.likelihood(ensemble.draw(4))
    theta = first.initial
    assert first.evaluate(theta, 0)[0] == pytest.approx(mf.compile(peak(), held).nll(theta), rel=1e-12)
    assert first.evaluate(theta, 0)[0] != second.evaluate(theta, 0)[0]


def test_weighted_toys_have_the_spread_of_their_weights() -> None:
    ensemble = Ensemble(constrained(0.2), transform=lambda data: data.with_weights(np.full(len(data), 0.5)))
    toy = ensemble.draw(3)
    likelihood = ensemble.likelihood(toy)
    spread = spread_for(likelihood)
    assert spread is not None
    whole = mf.compile(mf.Model(ensemble.model.channels, toy.constraints), toy.data["d"])
    theta = whole.initial
    assert spread.at(theta, whole.hessian(theta)) == pytest.approx(whole.score_products(theta), rel=1e-9)
    plain = Ensemble(peak())
    assert spread_for(plain.likelihood(plain.draw(1))) is None


def test_rows_of_conditional_models() -> None:
    error = mf.Observable("s", 0.0, 5.0)
    n = mf.Parameter("many", 300.0, limits=(0.0, 9e4))
    model = mf.Model({"d": n * mf.pdfs.Gaussian(X, MEAN, error)})
    rows = np.random.default_rng(1).uniform(0.5, 2.0, 1000)
    ensemble = Ensemble(model, given={"s": rows})
    sizes = []
    for i in range(60):
        toy = ensemble.draw(toy_seed(2, i))
        assert np.isin(toy.data["d"]["s"], rows).all()
        sizes.append(toy.events)
    # A Poisson number of rows: mean and variance are 300.
    assert np.mean(sizes) == pytest.approx(300.0, abs=4 * np.sqrt(300 / 60))
    assert np.var(sizes) == pytest.approx(300.0, rel=4 * np.sqrt(2 / 60))
    assert Ensemble(model, size=50, given=mf.Dataset.from_numpy({"s": rows})).draw(1).events == 50
    bare = mf.Model({"d": mf.pdfs.Gaussian(X, MEAN, error)})
    assert Ensemble(bare, given={"s": rows}).draw(1).events == 1000
    with pytest.raises(ModelError, match="conditional on 's'"):
        Ensemble(model).draw(1)
    both = mf.Model({"a": model.channels["d"], "b": peak().channels["d"]})
    with pytest.raises(ModelError, match="toys of several channels cannot be"):
        Ensemble(both, given={"s": rows}).draw(1)


def test_toys_that_cannot_be_fitted() -> None:
    ensemble = Ensemble(peak(), {"n": 0.0})
    with pytest.raises(DataError, match="there are no events"):
        ensemble.likelihood(ensemble.draw(1))


def test_channels_of_their_own_sizes() -> None:
    density = mf.pdfs.Gaussian(X, MEAN, 1.0)
    ensemble = Ensemble(mf.Model({"a": density, "b": density}), {"mean": 4.0}, size={"a": 30, "b": 50})
    toy = ensemble.draw(3)
    assert [len(toy.data[name]) for name in "ab"] == [30, 50]
    assert not np.isin(toy.data["a"]["x"], toy.data["b"]["x"]).any()
    together = np.concatenate([ensemble.draw(i).data[name]["x"] for i in range(20) for name in "ab"])
    assert stats.kstest(together, stats.norm(4.0, 1.0).cdf).pvalue > 1e-3


def test_channels_may_be_transformed_by_name() -> None:
    edges = {"x": np.linspace(0.0, 10.0, 21)}
    both = mf.Model({name: peak().channels["d"] for name in "ab"})
    toy = Ensemble(both, transform={"b": lambda data: mf.Binned.from_dataset(data, edges)}).draw(1)
    assert [isinstance(toy.data[name], mf.Binned) for name in "ab"] == [False, True]


def test_densities_that_are_negative_make_no_valid_fit() -> None:
    slope = mf.Parameter("slope", 0.0, limits=(-3.0, 3.0))
    line = mf.Model({"d": mf.pdfs.Chebyshev(X, (slope,))})
    # A triangle that vanishes at the left: half of the toys like a slope beyond 1 better.
    ensemble = Ensemble(line, {"slope": 1.0}, size=30)
    with pytest.warns(MorefitWarning, match="negative"):
        likelihood = ensemble.likelihood(ensemble.draw(1))
    assert likelihood.flaws(np.array([0.9])) == ()
    assert likelihood.flaws(np.array([1.5])) == likelihood.events.flaws(np.array([1.5]))
    assert "negative" in likelihood.flaws(np.array([1.5]))[0]
    with pytest.warns(MorefitWarning, match="negative"):
        found = mf.toy_study(line, 20, values={"slope": 1.0}, size=30)
    beyond = found.values[:, 0] > 1.0 + 1e-6
    assert 0 < beyond.sum() < 20
    assert found.valid.tolist() == (~beyond).tolist()
