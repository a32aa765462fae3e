import numpy as np
import pytest
from scipy.stats import kstest, norm, truncnorm

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node, exp
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.model.sampling import Sampler, sample
from morefit_py.pdfs import Accepted, Exponential, Formula, Gaussian, Product, Uniform, fractions

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


def test_yields_of_components_are_independent() -> None:
    """Poisson each: what is divided among components at random is the same law."""
    peaks = Sampler(as_model(N * Gaussian(X, 2.0, 0.1) + M * Gaussian(X, 8.0, 0.1)), {"n": 40.0, "m": 60.0})
    toys = peaks.draw_many(range(4000))
    left = np.add.reduceat(toys.columns["data"]["x"] < 5.0, toys.offsets["data"][:-1])
    right = toys.counts("data") - left
    assert abs(np.corrcoef(left, right)[0, 1]) < 4 / np.sqrt(4000)
    for counts, expected in ((left, 40.0), (right, 60.0)):
        assert counts.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / 4000))
        assert counts.var() == pytest.approx(expected, rel=4 * np.sqrt(2 / 4000))


def test_events_follow_the_density_through_all_toys() -> None:
    toys = Sampler(as_model(N * Gaussian(X, MU, 0.5)), {"n": 100.0}).draw_many(range(500))
    x = toys.columns["data"]["x"]
    assert kstest(x, truncnorm(-10.0, 10.0, 5.0, 0.5).cdf).pvalue > 1e-3
    # Neither neighbours in a toy nor events of one number in toys of neighbouring seeds know of each other.
    starts = toys.offsets["data"][:-1]
    rows = [(x[:-1], x[1:]), *((x[starts[:-1] + i], x[starts[1:] + i]) for i in range(50))]
    for one, other in rows:
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(len(one))


RATE = Parameter("rate", 2.0)
SPHERE = Observable("z", -1.0, 1.0)
WIDTHS = Observable("w", 0.2, 2.0)
MANY = {
    "sum": MODEL,
    "two channels": Model({"a": N * Gaussian(X, MU, 0.5), "b": MODEL.channels["data"]}),
    "plane": as_model(N * Formula(exp(-as_node(RATE) * X * Y))),
    "box": as_model(N * Formula(1.0 + 0.09 * X * Y * SPHERE)),
    "fractions": as_model(fractions([Gaussian(X, MU, 0.5), Uniform(X)], 0.3)),
    "product": as_model(N * Product((Gaussian(X, MU, 0.5), Formula(1.0 + as_node(Y))))),
    "both": as_model(
        N * Product((Gaussian(X, MU, 0.5), Uniform(Y))) + M * Formula(exp(-as_node(RATE) * X * Y))
    ),
    "conditional product": as_model(N * Product((Gaussian(X, MU, WIDTHS), Exponential(WIDTHS, -1.0)))),
    "conditional": as_model(
        N * Gaussian(X, MU, WIDTHS) + M * Accepted(Gaussian(X, MU, WIDTHS), 1.0 + 0.1 * X * WIDTHS)
    ),
}


@pytest.mark.parametrize("kind", MANY)
@pytest.mark.parametrize("size", [None, 150])
def test_a_toy_alone_is_that_among_others(kind: str, size: int | None) -> None:
    model, values = MANY[kind], {"n": 100.0, "m": 50.0}
    values = {p.name: values[p.name] for p in model.parameters if p.name in values}
    if kind == "fractions" and size is None:
        size = 1
    seeds = [11, 12, 2**127, 13, 3]
    rows = {"w": np.linspace(0.2, 2.0, 130)}
    given = [{"w": rows["w"][: 10 * i]} for i in (13, 0, 1, 7, 2)] if kind == "conditional" else None
    toys = Sampler(model, values).draw_many(seeds, size, given, threads=2)
    assert len(toys) == 5
    for i, seed in enumerate(seeds):
        alone = sample(model, values, seed, size, given[i] if given else None)
        held = alone if isinstance(alone, dict) else {"data": alone}
        assert list(held) == list(model.channels)
        for name, channel in toys.channels_of(i).items():
            assert list(channel.columns) == [x.name for x in model.channels[name].observables]
            for column, found in channel.columns.items():
                np.testing.assert_array_equal(found, held[name][column])
            if len(channel):
                channel.check(model.channels[name].observables)


def test_large_toys() -> None:
    toy = sample(MODEL, {"n": 4e6, "m": 6e6, "mu": 5.0}, seed=1)
    assert isinstance(toy, Dataset)
    assert len(toy) == pytest.approx(1e7, abs=4 * np.sqrt(1e7))
    # Beyond 3 widths of the peak, 10^-3 of it aside, there is the flat part alone.
    beyond = np.count_nonzero(np.abs(toy["x"] - 5.0) > 2.5)
    assert beyond == pytest.approx(3e6 + 4e6 * 2 * norm.sf(5.0), abs=4 * np.sqrt(3e6))


def test_toys_without_events() -> None:
    toys = Sampler(MODEL, {"n": 0.0, "m": 0.0}).draw_many([1, 2])
    assert toys.offsets["data"].tolist() == [0, 0, 0]
    assert len(sample(Exponential(X, -0.3), size=0)) == 0
    assert Sampler(MODEL).draw_many([]).offsets["data"].tolist() == [0]
    few = Sampler(MODEL, {"n": 0.3, "m": 0.2}).draw_many(range(100))
    assert 0 < np.count_nonzero(few.counts("data") == 0) < 100
    for i in range(100):
        found = few[i]
        assert isinstance(found, Dataset)
        np.testing.assert_array_equal(found["x"], sample(MODEL, {"n": 0.3, "m": 0.2}, seed=i)["x"])


def test_rows_that_do_not_fit() -> None:
    model = as_model(Gaussian(X, MU, WIDTHS))
    with pytest.raises(ModelError, match="1 sets of given rows for 2 toys; give one for each"):
        Sampler(model).draw_many([1, 2], given=[{"w": [1.0]}])
    with pytest.raises(ModelError, match="channel 'data' is conditional on 'w'; give its values as `given`"):
        Sampler(model).draw_many([1])
    uneven = as_model(Gaussian(X, Observable("m", 0.0, 10.0), WIDTHS))
    with pytest.raises(ModelError, match="the given columns 'm' and 'w' differ in length"):
        sample(uneven, given={"m": [1.0, 2.0], "w": [1.0]})
