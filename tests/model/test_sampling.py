import numpy as np
import pytest
from scipy.stats import kstest

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node, exp
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.model.sampling import Sampler, sample, sample_density
from morefit_py.pdfs import Exponential, Formula, Gaussian, Uniform

X, Y = Observable("x", 0.0, 10.0), Observable("y", 0.0, 1.0)
N, M = Parameter("n", 1000.0, (0.0, 1e5)), Parameter("m", 3000.0, (0.0, 1e5))
MU = Parameter("mu", 5.0, (0.0, 10.0))
MODEL = as_model(N * Gaussian(X, MU, 0.5) + M * Uniform(X))


def test_the_same_seed_gives_the_same_events() -> None:
    first, again, other = sample(MODEL, seed=1), sample(MODEL, seed=1), sample(MODEL, seed=2)
    assert isinstance(first, Dataset)
    np.testing.assert_array_equal(first["x"], again["x"])
    assert not np.array_equal(first["x"][:100], other["x"][:100])
    first.check([X])


def test_a_toy_does_not_depend_on_those_before_it() -> None:
    sampler = Sampler(MODEL)
    for seed in range(3):
        sampler.draw(seed)
    np.testing.assert_array_equal(sampler.draw(7)["x"], sample(MODEL, seed=7)["x"])


def test_numbers_of_events_are_poisson() -> None:
    sampler = Sampler(MODEL)
    counts = np.array([len(sampler.draw(seed)) for seed in range(300)])
    assert counts.mean() == pytest.approx(4000.0, abs=4 * np.sqrt(4000 / 300))
    assert counts.var() == pytest.approx(4000.0, rel=0.35)


def test_an_exact_size_is_divided_by_the_yields() -> None:
    toys = [sample(MODEL, {"mu": 2.0}, seed, size=400) for seed in range(50)]
    assert {len(toy) for toy in toys} == {400}
    peak = np.array([np.mean(np.abs(toy["x"] - 2.0) < 1.5) for toy in toys])
    assert peak.mean() == pytest.approx(0.25 * 0.9973 + 0.75 * 0.3, abs=0.015)
    assert peak.std() > 0.01


def test_values_replace_starts() -> None:
    toy = sample(MODEL, {"n": 0.0, "m": 100.0}, seed=3)
    assert 50 < len(toy) < 150
    assert len(sample(MODEL, {"n": 0.0, "m": 0.0}, seed=3)) == 0
    with pytest.raises(ModelError, match="'mux' is not a parameter of the model; did you mean 'mu'"):
        sample(MODEL, {"mux": 1.0})


def test_components_are_mixed_in_order() -> None:
    toy = sample(as_model(N * Gaussian(X, 2.0, 0.1) + N * Gaussian(X, 8.0, 0.1)), seed=1, size=1000)
    assert 0.4 < np.mean(toy["x"][:500] < 5.0) < 0.6


def test_channels_have_streams_of_their_own() -> None:
    peak = N * Gaussian(X, MU, 0.5)
    toys = sample(Model({"a": peak, "b": peak}), seed=1)
    assert set(toys) == {"a", "b"}
    assert not np.array_equal(toys["a"]["x"][:50], toys["b"]["x"][:50])
    longer = sample(Model({"a": peak + M * Uniform(X)}), {"m": 0.0}, seed=1)
    assert np.sort(longer["x"]).tolist() == np.sort(toys["a"]["x"]).tolist()


def test_without_yields_a_size_is_needed() -> None:
    assert len(sample(Exponential(X, -0.3), seed=1, size=77)) == 77
    with pytest.raises(ModelError, match="channel 'data' has no yields; give the size of the sample"):
        sample(Exponential(X, -0.3))


def test_yields_that_are_none() -> None:
    with pytest.raises(ModelError, match="component 'gaussian': a yield of -1 events"):
        sample(MODEL, {"n": -1.0})
    with pytest.raises(ModelError, match="100 events cannot be divided, all yields are zero"):
        sample(MODEL, {"n": 0.0, "m": 0.0}, size=100)


def test_more_observables() -> None:
    rate = Parameter("rate", 2.0)
    plane = Formula(exp(-as_node(rate) * X * Y))
    toy = sample(N * plane, seed=5, size=20_000)
    x = np.linspace(0.0, 10.0, 4001)[1:]
    content = np.cumsum((1 - np.exp(-2.0 * x)) / (2.0 * x))
    assert kstest(toy["x"], lambda at: np.interp(at, x, content / content[-1])).pvalue > 1e-3
    assert toy["y"].min() >= 0.0
    assert toy["y"].max() <= 1.0


def test_one_density_by_itself() -> None:
    events = sample_density(Gaussian(X, MU, 0.5), 5000, np.random.default_rng(1), {"mu": 9.0})
    assert events["x"].mean() == pytest.approx(8.98, abs=0.03)
    assert sample_density(Gaussian(X, MU, 0.5), 0, np.random.default_rng(1))["x"].shape == (0,)
