"""Expected counts and distribution functions against SciPy's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.inference.goodness.distribution import Distribution, distribution

from .models import X, Y, cdf, fitted, peak_on_slope

FIT, RESULT = fitted(peak_on_slope(), mf.sample(peak_on_slope(), seed=1))
EDGES = np.array([0.0, 0.1, 3.0, 4.9, 5.2, 9.0, 10.0])


def bare(mixture: object, data: dict[str, object], **values: float) -> Distribution:
    (held,) = mf.Model({"d": mixture}).channels.values()  # type: ignore[dict-item]
    return Distribution("d", held, values, mf.Dataset.from_numpy(data))


def test_counts_are_integrals() -> None:
    held = distribution(FIT, RESULT)
    assert held.counts({"x": EDGES}) == pytest.approx(np.diff(cdf(EDGES, RESULT.values)), rel=1e-10)
    assert held.total == pytest.approx(RESULT.values["n_s"] + RESULT.values["n_b"])


def test_counts_without_yields_are_those_of_the_data() -> None:
    held = bare(mf.pdfs.Gaussian(X, 5.0, 1.0), {"x": np.full(50, 5.0)})
    expected = 50 * np.diff(stats.norm.cdf(EDGES, 5.0, 1.0)) / np.diff(stats.norm.cdf([0, 10], 5.0, 1.0))
    assert held.counts({"x": EDGES}) == pytest.approx(expected, rel=1e-10)
    assert held.total == 50.0


def test_edges_of_equal_content() -> None:
    held = distribution(FIT, RESULT)
    edges = held.edges_of_equal_content(X, 20)
    assert len(edges) == 21
    counts = np.diff(cdf(edges, RESULT.values))
    assert counts == pytest.approx(np.full(20, held.total / 20), rel=1e-3)


def test_probabilities_keep_their_digits_in_both_tails() -> None:
    x = np.array([0.0, 1e-6, 0.5, 5.0, 9.5, 10.0 - 1e-6, 10.0, 5.0])
    u, v = bare(mf.pdfs.Gaussian(X, 5.0, 0.7), {"x": x}).probabilities(X)
    frozen = stats.truncnorm(-5.0 / 0.7, 5.0 / 0.7, 5.0, 0.7)
    assert u == pytest.approx(frozen.cdf(x), rel=1e-7, abs=1e-18)
    assert v == pytest.approx(frozen.sf(x), rel=1e-7, abs=1e-18)
    assert u[1] > 0.0
    assert (u[0], v[6]) == (0.0, 0.0)


def test_a_density_without_closed_integral() -> None:
    f = mf.expressions
    density = mf.pdfs.Formula(f.exp(-((X - 3.0) ** 4) * 50.0) + 0.01 * f.cos(X) ** 2)
    x = np.linspace(0.0, 10.0, 23)
    u, _ = bare(density, {"x": x}).probabilities(X)

    def shape(z: float) -> float:
        return float(np.exp(-((z - 3.0) ** 4) * 50.0) + 0.01 * np.cos(z) ** 2)

    pieces = [integrate.quad(shape, a, b, epsrel=1e-12)[0] for a, b in pairwise(x)]
    assert u == pytest.approx(
        np.concatenate([[0.0], np.cumsum(pieces)]) / np.sum(pieces), rel=1e-8, abs=1e-12
    )


def test_products_are_projected_and_put_into_grids() -> None:
    product = mf.pdfs.Product((mf.pdfs.Gaussian(X, 5.0, 1.0), mf.pdfs.Exponential(Y, -1.5)))
    held = bare(product, {"x": np.zeros(100), "y": np.zeros(100)})
    in_x = np.diff(stats.norm.cdf(EDGES, 5.0, 1.0)) / np.diff(stats.norm.cdf([0, 10], 5.0, 1.0))
    ends = np.array([-1.0, 0.2, 1.0])
    in_y = np.diff(np.expm1(-1.5 * (ends + 1.0))) / np.expm1(-3.0)
    assert held.counts({"x": EDGES}) == pytest.approx(100 * in_x, rel=1e-10)
    assert held.counts({"y": ends}) == pytest.approx(100 * in_y, rel=1e-10)
    assert held.counts({"x": EDGES, "y": ends}) == pytest.approx(100 * np.outer(in_x, in_y), rel=1e-10)
    with pytest.raises(ModelError, match="observables x, y; say which"):
        held.observable(None)
    with pytest.raises(ModelError, match="no observable 'z'"):
        held.observable("z")


def test_conditional_densities_are_averaged_over_their_events() -> None:
    error = mf.Observable("s", 0.0, 5.0)
    rng = np.random.default_rng(1)
    s, x = rng.uniform(0.3, 2.0, 40), rng.uniform(0.0, 10.0, 40)
    n = mf.Parameter("n", 40.0)
    held = bare(n * mf.pdfs.Gaussian(X, mf.Parameter("mean", 5.0), error), {"x": x, "s": s}, n=40.0, mean=5.0)
    low, high = stats.norm.cdf(0.0, 5.0, s), stats.norm.cdf(10.0, 5.0, s)
    each = np.array([np.diff(stats.norm.cdf(EDGES, 5.0, width)) for width in s]) / (high - low)[:, None]
    assert held.counts({"x": EDGES}) == pytest.approx(40 * each.mean(axis=0), rel=1e-9)
    u, v = held.probabilities(X)
    assert u == pytest.approx((stats.norm.cdf(x, 5.0, s) - low) / (high - low), rel=1e-9)
    assert u + v == pytest.approx(np.ones(40))
    assert len(held.edges_of_equal_content(X, 7)) == 8
    assert held.observable(None) is X


def test_conditional_densities_of_several_observables_are_refused() -> None:
    error = mf.Observable("s", 0.0, 5.0)
    product = mf.pdfs.Product((mf.pdfs.Gaussian(X, 5.0, error), mf.pdfs.Uniform(Y)))
    held = bare(product, {"x": np.ones(3), "y": np.zeros(3), "s": np.ones(3)})
    with pytest.raises(ModelError, match="cannot be projected onto 'x'"):
        held.counts({"x": EDGES})


def test_free_parameters_are_those_of_the_channel() -> None:
    other = mf.Parameter("other", 1.0, limits=(0.0, 9.0))
    model = mf.Model({"d": peak_on_slope().channels["d"], "e": mf.pdfs.Gaussian(Y, other, 1.0)})
    fit, result = fitted(model, mf.sample(model, seed=1, size=300))
    assert distribution(fit, result, "d").free(result) == ["n_s", "mean", "width", "n_b", "slope"]
    # `other` ends at its limit or is free; either way it is of the other channel.
    assert set(distribution(fit, result, "e").free(result)) <= {"other"}
    with pytest.raises(ModelError, match="channels d, e; say which"):
        distribution(fit, result)
    with pytest.raises(ModelError, match="no channel 'f'"):
        distribution(fit, result, "f")
