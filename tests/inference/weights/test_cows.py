"""COWs against their definition written out with SciPy (Dembinski et al., arXiv:2112.04574)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad

import morefit_py as mf
from morefit_py.errors import DataError, ModelError

from .mixtures import FALL, MASS, Array, draw_exponential, events, exponential, fitted, mass_model, normal

COMPONENTS = {term.name: term.density for term in mass_model().channels["d"].terms}
DATA = events(5)[0]


def published(m: Array, variance: Callable[[Array], Array]) -> Array:
    """A g(m)/I(m), A the inverse of W_kl = integral of g_k g_l/I."""

    def g(x: Array) -> Array:
        return np.stack([normal(x), exponential(x, FALL, 1.0)], axis=-1)

    def product(x: float, k: int, l: int) -> float:  # noqa: E741
        return float(g(np.array(x))[k] * g(np.array(x))[l] / variance(np.array(x)))

    w = [[quad(product, 0, 1, (k, l), epsrel=1e-12)[0] for l in range(2)] for k in range(2)]  # noqa: E741
    return g(m) @ np.linalg.inv(w) / variance(m)[:, None]


@pytest.mark.parametrize(
    ("variance", "function"),
    [
        ("uniform", lambda m: np.ones_like(m)),
        (1.0 + 4.0 * MASS * (1.0 - MASS), lambda m: 1.0 + 4.0 * m * (1.0 - m)),
        (mf.pdfs.Gaussian(MASS, 0.4, 0.5), lambda m: normal(m, 0.4, 0.5)),
    ],
    ids=["uniform", "expression", "density"],
)
def test_weights_are_the_published_ones(variance: object, function: Callable[[Array], Array]) -> None:
    found = mf.cows(DATA, COMPONENTS, variance=variance)  # type: ignore[arg-type]
    assert found.weights == pytest.approx(published(DATA["m"], function), rel=1e-8, abs=1e-9)


def test_variance_function_is_up_to_a_factor() -> None:
    one = mf.cows(DATA, COMPONENTS, variance=1.0 + MASS)
    five = mf.cows(DATA, COMPONENTS, variance=5.0 + 5.0 * MASS)
    assert one.weights == pytest.approx(five.weights, rel=1e-9)


@pytest.mark.parametrize("variance", ["density", "histogram", "uniform"])
def test_functions_are_orthogonal_to_the_other_densities(variance: str) -> None:
    found = mf.cows(DATA, COMPONENTS, variance=variance)
    grid = np.linspace(0.0, 1.0, 200_001)
    middle = 0.5 * (grid[1:] + grid[:-1])
    held = found.evaluate(middle)
    for k, name in enumerate(found.components):
        for l, density in enumerate([normal(middle), exponential(middle, FALL, 1.0)]):  # noqa: E741
            assert np.mean(held[name] * density) == pytest.approx(float(k == l), abs=2e-5)


def test_total_density_gives_nearly_sweights() -> None:
    fit, result = fitted(floating=False)
    classic = mf.sweights(fit, result)
    found = mf.cows(fit.data["d"], COMPONENTS, result)
    # Sums over the data and integrals differ by what the data fluctuate.
    assert np.max(np.abs(found.weights - classic.weights)) < 0.1
    assert np.corrcoef(found.of("signal"), classic.of("signal"))[0, 1] > 0.9999


def test_yields_without_a_fit() -> None:
    pulls = []
    for seed in range(100):
        data, _ = events(seed + 100)
        found = mf.cows(data, COMPONENTS, variance="uniform")
        pulls.append((found.yields["signal"] - 400.0) / found.errors["signal"])
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(100)
    assert abs(np.std(pulls, ddof=1) - 1.0) < 4.0 / np.sqrt(200)


def test_efficiency_of_each_event() -> None:
    pulls = []
    for seed in range(100):
        data, _ = events(seed + 300, 800, 1200)
        efficiency = 0.2 + 0.5 * data["m"] * data["t"] / 1.5
        seen = np.random.default_rng(seed).random(len(data)) < efficiency
        columns = {"m": data["m"][seen], "t": data["t"][seen], "eff": efficiency[seen]}
        found = mf.cows(columns, COMPONENTS, efficiency="eff")
        pulls.append((found.yields["signal"] - 800.0) / found.errors["signal"])
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(100)
    assert abs(np.std(pulls, ddof=1) - 1.0) < 4.0 / np.sqrt(200)
    inside = found.weights * found.data["eff"][:, None]
    assert inside == pytest.approx(
        np.stack(list(found.evaluate(found.data["m"]).values()), axis=1), rel=1e-12
    )
    assert "divided by the efficiency" in found.notes[0]
    again = mf.cows(columns, COMPONENTS, efficiency=columns["eff"])
    assert again.weights.tolist() == found.weights.tolist()


def test_weights_of_the_data_multiply() -> None:
    own = np.random.default_rng(1).uniform(0.5, 2.0, len(DATA))
    found = mf.cows(DATA.with_weights(own), COMPONENTS, variance="uniform")
    plain = mf.cows(DATA, COMPONENTS, variance="uniform")
    assert found.weights == pytest.approx(plain.weights * own[:, None], rel=1e-12)


def test_several_densities_for_one_background() -> None:
    lines = {f"line {k}": mf.pdfs.Bernstein(MASS, np.eye(3)[k].tolist()) for k in range(3)}
    found = mf.cows(DATA, {"signal": COMPONENTS["signal"], **lines}, variance="uniform")
    background = found.of(["line 0", "line 1", "line 2"])
    assert background.sum() == pytest.approx(600.0, abs=5.0 * np.sqrt(np.sum(background**2)))
    assert found.yields["signal"] == pytest.approx(400.0, abs=5.0 * found.errors["signal"])


def test_mixtures_are_taken_apart() -> None:
    found = mf.cows(DATA, mass_model().channels["d"], {"width": 0.12}, variance="uniform")
    assert found.components == ("signal", "background")
    assert found.densities.values["width"] == 0.12
    assert str(found).splitlines()[0] == f"COWs of {len(DATA)} events in m (data)"


def test_what_is_refused() -> None:
    with pytest.raises(ModelError, match="a mapping from name to density, or a mixture"):
        mf.cows(DATA, [COMPONENTS["signal"]])  # type: ignore[arg-type]
    twice = {"a": COMPONENTS["signal"], "b": mf.pdfs.Gaussian(MASS, 0.5, 0.1)}
    with pytest.raises(ModelError, match="a, b are not linearly independent"):
        mf.cows(DATA, twice, variance="uniform")
    with pytest.raises(DataError, match="observable 'm': 1 of 2 values is outside"):
        mf.cows({"m": [0.5, 1.5]}, COMPONENTS)
    for wrong, message in (
        ("e", "no column 'e'"),
        (np.ones(3), "3 values for"),
        (np.zeros(len(DATA)), "its smallest is 0"),
    ):
        with pytest.raises(DataError, match=message):
            mf.cows(DATA, COMPONENTS, efficiency=wrong)
    fit, result = fitted()
    with pytest.raises(DataError, match="values must be its result"):
        mf.cows(fit.data["d"], COMPONENTS, fit=fit)
    with pytest.raises(DataError, match="no channel of `fit` has these events"):
        mf.cows(DATA, COMPONENTS, result, fit=fit)


def test_a_control_variable_that_depends_on_the_mass() -> None:
    """A background whose times depend on the mass is removed by COWs that span it, and not by sWeights."""
    rng = np.random.default_rng(11)
    s, b = 4000, 8000
    # Off the middle: weights that are even around it do not see what is odd.
    m_s, t_s = np.clip(rng.normal(0.3, 0.07, s), 0.0, 1.0), draw_exponential(-2.0, 1.5, s, rng)
    late = rng.random(b) < 0.5
    # 2 (1 - m) with early times, 2 m with late ones: together uniform in the mass.
    m_b = np.where(late, np.sqrt(rng.random(b)), 1.0 - np.sqrt(rng.random(b)))
    t_b = np.where(late, draw_exponential(4.0, 1.5, b, rng), draw_exponential(-4.0, 1.5, b, rng))
    data = {"m": np.concatenate([m_s, m_b]), "t": np.concatenate([t_s, t_b])}
    edges = np.linspace(0.0, 1.5, 16)
    content = np.diff(np.expm1(-2.0 * edges) / np.expm1(-2.0 * 1.5))

    def chi2(weights: Array) -> float:
        heights, squares = (np.histogram(data["t"], edges, weights=weights**k)[0] for k in (1, 2))
        return float(np.sum((heights - s * content) ** 2 / squares))

    lines = {"falling": mf.pdfs.Bernstein(MASS, (1.0, 0.0)), "rising": mf.pdfs.Bernstein(MASS, (0.0, 1.0))}
    signal = mf.pdfs.Gaussian(MASS, 0.3, 0.07)
    spanned = mf.cows(data, {"signal": signal, **lines})
    single = mf.cows(data, {"signal": signal, "flat": mf.pdfs.Uniform(MASS)})
    # 15 bins: chi2 > 44 has a probability of 1e-4.
    assert chi2(spanned.of("signal")) < 44.0
    assert chi2(single.of("signal")) > 100.0
