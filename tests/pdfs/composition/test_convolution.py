"""Densities smeared by a resolution, against closed forms and SciPy's quadrature."""

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import voigt_profile

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.bounds import bounds
from morefit_py.graph.meaning import evaluate
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import BreitWigner, Convolution, Exponential, Gaussian, Product, Uniform

X, T, D = (
    mf.Observable("x", -20.0, 20.0),
    mf.Observable("t", -2000.0, 2000.0),
    mf.Observable("d", -30.0, 30.0),
)
S = mf.Observable("s", 0.5, 2.0)
MU, GAMMA = mf.Parameter("mu", 1.0, (-2.0, 2.0)), mf.Parameter("gamma", 1.5, (0.5, 3.0))
SIGMA, TAU = mf.Parameter("sigma", 1.2, (0.3, 3.0)), mf.Parameter("tau", 2.0, (0.5, 5.0))
VALUES = {"mu": 1.0, "gamma": 1.5, "sigma": 1.2, "tau": 2.0}
POINTS = np.array([-19.0, -3.0, 0.9, 2.0, 15.0])


def value(density: mf.pdfs.Density, x: np.ndarray = POINTS, **columns: np.ndarray) -> np.ndarray:
    return np.asarray(evaluate([density.density()], VALUES, {"": {"x": x, **columns}})[0])


def test_a_breit_wigner_with_a_gaussian_is_a_voigt_profile() -> None:
    found = value(Convolution(X, BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA)))
    profile = voigt_profile(POINTS - 1.0, 1.2, 0.75)
    whole = integrate.quad(lambda x: voigt_profile(x - 1.0, 1.2, 0.75), -20, 20, points=[1.0], epsrel=1e-12)[
        0
    ]
    np.testing.assert_allclose(found, profile / whole, rtol=1e-8)


def test_an_exponential_with_a_biased_gaussian() -> None:
    times, shift = mf.Observable("t", 0.0, 60.0), 0.4
    found = value(Convolution(X, Exponential(times, -1.0 / TAU), Gaussian(D, shift, SIGMA)))
    smeared = stats.exponnorm(2.0 / 1.2, shift, 1.2)
    exact = smeared.pdf(POINTS) / (smeared.cdf(20.0) - smeared.cdf(-20.0))
    held = exact > 1e-30
    np.testing.assert_allclose(found[held], exact[held], rtol=1e-8)


def test_bounds_of_the_true_value_and_of_the_difference_are_kept() -> None:
    """A box smeared by a box: a trapezoid."""
    times, off = mf.Observable("t", 0.0, 4.0), mf.Observable("d", -1.0, 1.0)
    found = value(Convolution(X, Uniform(times), Uniform(off)), np.array([-1.5, -0.5, 0.5, 2.0, 4.5, 5.5]))
    np.testing.assert_allclose(found, np.array([0.0, 0.25, 0.75, 1.0, 0.25, 0.0]) / 4.0, atol=1e-12)


def test_a_resolution_of_its_own_for_every_event() -> None:
    density = Convolution(X, BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA * S))
    assert [x.name for x in density.given] == ["s"]
    s = np.linspace(0.5, 2.0, len(POINTS))
    exact = [
        voigt_profile(x - 1.0, 1.2 * w, 0.75)
        / integrate.quad(lambda y, w=w: voigt_profile(y - 1.0, 1.2 * w, 0.75), -20, 20, points=[1.0])[0]
        for x, w in zip(POINTS, s, strict=True)
    ]
    np.testing.assert_allclose(value(density, s=s), exact, rtol=1e-7)


def emg(x: np.ndarray, tau: float, sigma: float) -> np.ndarray:
    return np.asarray(stats.exponnorm(tau / sigma, 0.0, sigma).pdf(x))


CLOSED = {
    "gaussian": (
        Gaussian(T, MU, GAMMA), lambda x, mu, gamma, sigma: stats.norm.pdf(x, mu, np.hypot(gamma, sigma))
    ),
    "breit_wigner": (
        BreitWigner(T, MU, GAMMA), lambda x, mu, gamma, sigma: voigt_profile(x - mu, sigma, gamma / 2.0)
    ),
    "exponential": (
        Exponential(mf.Observable("t", 0.0, 300.0), -1.0 / GAMMA),
        lambda x, mu, gamma, sigma: emg(x, gamma, sigma),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CLOSED)
def test_on_a_grid_it_is_the_closed_form_and_so_are_its_derivatives(kind: str) -> None:
    """Without its normalisation, which a Breit-Wigner loses a little of beyond its bounds."""
    base, closed = CLOSED[kind]
    density = Convolution(X, base, Gaussian(D, 0.0, SIGMA), "grid")
    assert density.grid is not None
    x = np.random.default_rng(2).uniform(-8.0, 15.0, 300)
    names = [name for name in ("mu", "gamma", "sigma") if name in {p.name for p in density.parameters}]
    wrt = [{"mu": MU, "gamma": GAMMA, "sigma": SIGMA}[name].node for name in names]
    first = derivatives(density.shape(), wrt).gradient
    mixed = [derivatives(entry, wrt).gradient for entry in first]
    roots = [density.shape(), *first, *(entry for row in mixed for entry in row)]
    found = [np.broadcast_to(v, x.shape) for v in evaluate(roots, VALUES, {"": {"x": x}})]
    point = np.array([VALUES[name] for name in ("mu", "gamma", "sigma")])

    def exact(*shifts: tuple[str, float]) -> np.ndarray:
        moved = dict(zip(("mu", "gamma", "sigma"), point, strict=True))
        for name, shift in shifts:
            moved[name] += shift
        return np.asarray(closed(x, **moved))

    largest = exact().max()
    np.testing.assert_allclose(found[0], exact() * found[0].sum() / exact().sum(), atol=2e-9 * largest)
    if kind == "breit_wigner":
        return
    np.testing.assert_allclose(found[0], exact(), atol=2e-9 * largest)
    h = 1e-3
    for i, a in enumerate(names):
        slope = sum(w * exact((a, k * h)) for k, w in FIVE) / h
        np.testing.assert_allclose(found[1 + i], slope, atol=2e-8 * largest)
        for j, b in enumerate(names):
            bent = sum(v * w * exact((a, k * h), (b, m * h)) for k, v in FIVE for m, w in FIVE) / h**2
            np.testing.assert_allclose(found[1 + len(names) * (i + 1) + j], bent, atol=5e-7 * largest)


# Central differences of the first derivative, exact to the fourth power of the step.
FIVE = ((-2, 1.0 / 12.0), (-1, -8.0 / 12.0), (1, 8.0 / 12.0), (2, -1.0 / 12.0))


def test_the_grid_and_every_event_agree() -> None:
    base, resolution = BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA)
    grid, direct = (Convolution(X, base, resolution, method) for method in ("auto", "direct"))
    assert grid.normalisation == "convolution (16 nodes between two cuts, at 2055 points)"
    assert direct.normalisation == "convolution (16 nodes between two cuts, for every event)"
    x = np.linspace(-20.0, 20.0, 2001)
    np.testing.assert_allclose(value(grid, x), value(direct, x), rtol=0, atol=1e-9)
    assert bounds(grid.shape())[0] == 0.0


def test_where_no_grid_suffices_it_is_computed_for_every_event() -> None:
    """A box has kinks, a resolution of every event is no curve, and a narrow one has too many points."""
    off, narrow = mf.Observable("d", -1.0, 1.0), Gaussian(mf.Observable("d", -0.2, 0.2), 0.0, 0.02)
    for resolution in (Uniform(off), Gaussian(D, 0.0, SIGMA * S), narrow):
        assert Convolution(X, Gaussian(T, MU, 0.01), resolution).grid is None
    with pytest.raises(
        ModelError, match=r"method is 'grid', but [0-9]+ points are off by .* at mu = .*'direct'"
    ):
        _ = Convolution(X, Gaussian(T, MU, 0.01), narrow, "grid").grid
    with pytest.raises(ModelError, match=r"method is 'grid', but it depends on 's' too, .* take 'direct'"):
        Convolution(X, BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA * S), "grid")
    with pytest.raises(ModelError, match=r"method is 'fft'; it is one of auto, grid, direct"):
        Convolution(X, BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA), "fft")


def test_a_result_that_the_grid_does_not_resolve_is_not_valid() -> None:
    free = mf.Parameter("sigma", 1.2)
    density = Convolution(X, Gaussian(T, MU, 0.1), Gaussian(D, 0.0, free))
    assert density.unresolved({"mu": 0.3, "sigma": 1.0}) == ""
    assert "points is off by" in density.unresolved({"mu": 0.3, "sigma": 0.2})
    events = np.random.default_rng(1).normal(0.0, 0.2, 500)
    compiled = mf.compile(density, mf.Dataset.from_numpy({"x": events}), backend="reference")
    result = compiled.minimise()
    assert not result.valid
    assert "give its parameters limits" in str(result)
    limited = Convolution(X, Gaussian(T, MU, 0.1), Gaussian(D, 0.0, SIGMA))
    assert limited.unresolved({"mu": 0.3, "sigma": 0.001}) == ""


def test_what_is_no_convolution() -> None:
    both = Product((Uniform(X), Uniform(S)))
    with pytest.raises(ModelError, match="base is a density of 2 observables, not of one"):
        Convolution(X, both, Gaussian(D, 0.0, SIGMA))
    with pytest.raises(ModelError, match="are 'x', 'd', 'x'; give three different observables"):
        Convolution(X, Uniform(X), Gaussian(D, 0.0, SIGMA))
    wavy = mf.pdfs.Formula.parse("1 + cos(500*t)", {"t": mf.Observable("t", -2.0, 2.0)})
    with pytest.raises(ModelError, match=r"nodes between two cuts it is still uncertain by .* `landmarks`"):
        _ = Convolution(X, wavy, Uniform(D)).nodes
