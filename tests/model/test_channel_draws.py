"""The events of a channel of many toys."""

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node
from morefit_py.graph.symbols import Observable
from morefit_py.model.channel_draws import ChannelDraws
from morefit_py.model.drawing import Drawer
from morefit_py.model.numbers import keys
from morefit_py.pdfs import Exponential, Formula, Gaussian
from morefit_py.pdfs.density import Density

X, S = Observable("x", 0.0, 10.0), Observable("s", 0.5, 2.0)


def channel(
    *weighted: tuple[float, Density], number: int = 0, given: tuple[Observable, ...] = ()
) -> ChannelDraws:
    densities = [(weight, density, "here") for weight, density in weighted]
    return ChannelDraws("a", number, Drawer({}), densities, True, given)


def filled(
    draws: ChannelDraws, seeds: list[int], counts: list[int], threads: int = 1, **given: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    edges = np.cumsum([0, *counts])
    columns = {"x": np.full(edges[-1], np.nan)} | given
    draws.fill(keys(seeds), edges, columns, threads)
    return columns["x"], edges


def test_numbers_of_events_are_poisson() -> None:
    counts = channel((1.5, Exponential(X, -1.0)), (2.0, Gaussian(X, 5.0, 1.0))).counts(
        keys(range(40_000)), None
    )
    seen = np.bincount(np.minimum(counts, 10), minlength=11)
    expected = stats.poisson(3.5).pmf(np.arange(11))
    expected[10] = stats.poisson(3.5).sf(9)
    assert stats.chisquare(seen, 40_000 * expected).pvalue > 1e-3
    # Neighbouring seeds, and channels of one seed, are independent.
    other = channel((3.5, Exponential(X, -1.0)), number=1).counts(keys(range(40_000)), None)
    for a, b in ((counts[1:], counts[:-1]), (counts, other)):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(40_000)


def test_a_size_needs_weights_to_divide_it() -> None:
    assert channel((1.0, Gaussian(X, 5.0, 1.0))).counts(keys([1, 2]), 7).tolist() == [7, 7]
    with pytest.raises(ModelError, match="channel 'a': 3 events cannot be divided, all yields are zero"):
        channel((0.0, Gaussian(X, 5.0, 1.0))).counts(keys([1]), 3)
    with pytest.raises(ModelError, match="channel 'a': a size of -1 events; it must be >= 0"):
        channel((1.0, Gaussian(X, 5.0, 1.0))).counts(keys([1]), -1)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_toys_do_not_depend_on_spans_and_threads(threads: int) -> None:
    """Toys are cut by spans, at odd and even events; some are longer than a span, some have no events."""
    draws = channel((1.0, Gaussian(X, 4.0, 1.0)), (1.0, Exponential(X, -0.3)))
    seeds, counts = [5, 6, 7, 8, 9], [33_333, 0, 300_001, 1, 100_000]
    x, edges = filled(draws, seeds, counts, threads)
    for seed, size, begin in zip(seeds, counts, edges[:-1], strict=True):
        alone, _ = filled(draws, [seed], [min(size, 40_000)])
        np.testing.assert_array_equal(x[begin : begin + len(alone)], alone)


def spiky() -> tuple[Density, float, float]:
    """A box of 2 % of the content, thinner than the points that the envelope is made of."""
    centre, width = 10.0 * (0.5 / 64 / 32 + 0.25), 2e-4
    height = 0.02 / (2 * width)
    return Formula(0.098 + height * (abs(as_node(X) - centre) < width)), centre, width


def test_toys_that_exceed_their_envelope_are_drawn_again_by_themselves() -> None:
    density, centre, width = spiky()
    toys, size = 60, 3000
    draws = channel((1.0, density))
    x, edges = filled(draws, list(range(toys)), [size] * toys)
    inside = np.abs(x - centre) < width
    # A toy in which the box was not seen has none of its events, or few.
    shares = inside.reshape(toys, size).mean(axis=1)
    assert 0 < np.count_nonzero(shares > 0.01) < toys
    seen = shares[shares > 0.01]
    assert seen.mean() == pytest.approx(0.02, abs=5 * np.sqrt(0.02 / size / len(seen)))
    for toy in range(0, toys, 7):
        alone, _ = filled(channel((1.0, density)), [toy], [size])
        np.testing.assert_array_equal(x[edges[toy] : edges[toy + 1]], alone)


def test_rows_that_toys_are_conditional_on() -> None:
    draws = channel((1.0, Gaussian(X, 5.0, S)), given=(S,))
    s = np.random.default_rng(1).uniform(0.5, 2.0, 5000)
    x, _ = filled(draws, [1, 2, 3], [1000, 3999, 1], s=s)
    assert stats.kstest(stats.truncnorm(-5.0 / s, 5.0 / s, 5.0, s).cdf(x), "uniform").pvalue > 1e-3
    alone, _ = filled(draws, [2], [3999], s=s[1000:4999])
    np.testing.assert_array_equal(x[1000:4999], alone)
