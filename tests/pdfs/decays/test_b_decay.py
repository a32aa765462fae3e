import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import BDecay, Decay

from .reference import NAMES, convolved, decay, smeared

T = Observable("t", -3.0, 12.0)
ROWS = np.array([-3.0, -0.5, -0.01, 0.0, 0.02, 0.3, 1.0, 4.0, 12.0])
MIXED = (1.5, 0.2, 0.9, 1.0, 0.3, 0.4, -0.2)


def _density(
    values: tuple[float, ...],
    mean: float = 0.0,
    sigma: float | None = None,
    side: float = 1.0,
    x: Observable = T,
) -> BDecay:
    seen = {} if sigma is None else {"means": (mean,), "sigmas": (sigma,)}
    return BDecay(x, *values, side=side, **seen)


def _log_shape(density: BDecay, rows: np.ndarray = ROWS) -> np.ndarray:
    return np.asarray(evaluate([density.log_shape()], {}, {"": {density.x.name: rows}})[0])


@pytest.mark.parametrize("sigma", [0.0015, 0.015, 0.15, 1.5, 15.0])
@pytest.mark.parametrize("turns", [0.01, 1.0, 5.0])
@pytest.mark.parametrize("side", [1, -1, 0])
def test_log_shape_holds_for_every_resolution(sigma: float, turns: float, side: int) -> None:
    values = (1.5, -0.4, turns / sigma, 1.0, 0.3, 0.4, -0.2)
    found = _log_shape(_density(values, 0.02, sigma, side))
    with mp.workdps(40):
        for row, t in enumerate(ROWS):
            exact = float(mp.log(smeared(t, values, mp.mpf(0.02), sigma, side)))
            assert found[row] == pytest.approx(exact, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("sigma", [0.0015, 0.15, 1.5, 15.0])
@pytest.mark.parametrize("turns", [0.1, 5.0])
@pytest.mark.parametrize("steps", [-30.0, -3.0, 0.0, 0.7, 8.0])
def test_shape_is_the_convolution(sigma: float, turns: float, steps: float) -> None:
    values = (1.5, 0.4, turns / sigma, 1.0, 0.3, 0.4, -0.2)
    t = 0.01 + steps * sigma
    x = Observable("t", min(-3.0, t - 1.0), max(12.0, t + 1.0))
    found = _log_shape(_density(values, 0.01, sigma, 0.0 if steps == 0.7 else 1.0, x), np.array([t]))[0]
    with mp.workdps(30):
        exact = convolved(t, values, mp.mpf(0.01), sigma, 0 if steps == 0.7 else 1)
        assert found == pytest.approx(float(mp.log(exact)), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("side", [1, -1, 0])
def test_without_resolution(side: int) -> None:
    found = _log_shape(_density(MIXED, side=float(side)))
    for row, t in enumerate(ROWS):
        if t * side < 0 or (t == 0 and side < 0):
            assert found[row] == -np.inf
        else:
            exact = float(mp.log(decay(abs(mp.mpf(t)), MIXED, 1 if t >= 0 else -1)))
            assert found[row] == pytest.approx(exact, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("side", [1, -1, 0])
@pytest.mark.parametrize("sigma", [None, 0.02, 0.3, 6.0])
@pytest.mark.parametrize(
    ("low", "high"), [(-3.0, 12.0), (0.25, 0.3), (-0.01, 0.02), (-2.0, -1.0), (3.0, 9.0)]
)
def test_integral_between(side: int, sigma: float | None, low: float, high: float) -> None:
    density = _density(MIXED, 0.02, sigma, side)
    # How far the range begins beyond time zero on the side without decays.
    beyond = -high if side == 1 else low if side == -1 else 0.0
    if beyond >= 20.0 * (sigma or 0.0):
        return
    log_found, found = evaluate([density.log_between(low, high), density.between(low, high)], {})
    with mp.workdps(25):
        if sigma is None:
            shape = lambda t: decay(abs(t), MIXED, mp.sign(t)) if t * side >= 0 else mp.mpf(0)  # noqa: E731
            inner = [0.0, 1.0, 4.0]
        else:
            shape = lambda t: smeared(t, MIXED, mp.mpf(0.02), sigma, side)  # noqa: E731
            inner = [0.02 + sigma * step for step in (-20, -12, -6, -2, 2, 6, 12, 20)]
        points = [low, *(point for point in inner if low < point < high), high]
        # A quadrature looks at absolute errors only.
        scale = max(shape(mp.mpf(point)) for point in points)
        exact = scale * mp.quad(lambda t: shape(t) / scale, list(map(mp.mpf, points)), maxdegree=5)
        assert log_found == pytest.approx(float(mp.log(exact)), rel=1e-11, abs=1e-11)
        assert found == pytest.approx(float(exact), rel=1e-11)


@pytest.mark.parametrize("sigma", [None, 0.02, 0.5])
def test_derivatives_in_many_digits(sigma: float | None) -> None:
    held = [Parameter(name, value) for name, value in zip(NAMES, MIXED, strict=True)]
    seen = () if sigma is None else ((Parameter("mean", 0.02),), (Parameter("sigma", sigma),))
    density = BDecay(T, *held, *seen)
    found = derivatives(density.log_shape(), [param(p) for p in density.parameters], order=2)
    start = tuple(p.init for p in density.parameters)
    at = {p.name: p.init for p in density.parameters}
    for t in (0.03, 6.0) if sigma is None else (-0.1, 0.03, 6.0):
        columns = {"": {"t": np.array([t])}}
        gradient = np.array(evaluate(found.gradient, at, columns)).ravel()
        hessian = np.array(evaluate(found.hessian.values(), at, columns)).ravel()
        with mp.workdps(40):

            def f(*values: mp.mpf, t: float = t) -> mp.mpf:
                if sigma is None:
                    return mp.log(decay(mp.mpf(t), values))
                return mp.log(smeared(t, values[:7], *values[7:]))

            size = np.array([_unit(sigma, i) for i in range(len(start))])
            orders = np.eye(len(start), dtype=int)
            for i, value in enumerate(gradient):
                exact = float(mp.diff(f, start, tuple(orders[i])))
                assert size[i] * value == pytest.approx(size[i] * exact, rel=1e-9, abs=1e-11)
            for (i, j), value in zip(found.hessian, hessian, strict=True):
                exact = float(mp.diff(f, start, tuple(orders[i] + orders[j])))
                both = size[i] * size[j]
                assert both * value == pytest.approx(both * exact, rel=1e-8, abs=1e-9)


def _unit(sigma: float | None, index: int) -> float:
    """What a parameter may change by: the mean and the width by the width."""
    return sigma or 1.0 if index >= 7 else 1.0


def test_no_oscillation_is_a_plain_decay() -> None:
    plain = Decay(T, 1.5, (0.01,), (0.1,))
    same = BDecay(T, 1.5, means=(0.01,), sigmas=(0.1,))
    assert same.log_density() is plain.log_density()
    wave = BDecay(T, 1.5, 0.0, 0.0, 0.6, 0.0, 0.4, 0.0, (0.01,), (0.1,))
    found, expected = evaluate([wave.log_density(), plain.log_density()], {}, {"": {"t": ROWS}})
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_the_width_difference_may_change_its_sign() -> None:
    gamma, sinh = Parameter("gamma", 0.0), Parameter("sinh", 0.3)
    density = BDecay(T, 1.5, gamma, 0.0, 1.0, sinh, means=(0.0,), sigmas=(0.1,))
    columns = {"": {"t": ROWS}}
    swapped = evaluate([density.log_shape()], {"gamma": -0.3, "sinh": -0.4}, columns)[0]
    straight = evaluate([density.log_shape()], {"gamma": 0.3, "sinh": 0.4}, columns)[0]
    np.testing.assert_allclose(swapped, straight, rtol=1e-13, atol=1e-13)
    found = derivatives(density.log_shape(), [param(gamma), param(sinh)], order=2)
    exact = evaluate([found.gradient[0], found.hessian[0, 0]], {"gamma": 0.0, "sinh": 0.3}, columns)
    step = 1e-3
    around = [
        evaluate([density.log_shape()], {"gamma": k * step, "sinh": 0.3}, columns)[0] for k in range(-2, 3)
    ]
    slope = (around[0] - 8 * around[1] + 8 * around[3] - around[4]) / (12 * step)
    bend = (-around[0] + 16 * around[1] - 30 * around[2] + 16 * around[3] - around[4]) / (12 * step**2)
    np.testing.assert_allclose(exact[0], slope, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(exact[1], bend, rtol=1e-5, atol=1e-7)


def test_a_width_difference_beyond_the_width_has_no_room() -> None:
    gamma = Parameter("gamma", 0.1)
    room = BDecay(T, 1.5, gamma).room()
    assert evaluate([room], {"gamma": 1.3})[0] > 0.0 > evaluate([room], {"gamma": 1.4})[0]
    assert evaluate([room], {"gamma": -1.4})[0] < 0.0


def test_tags_make_it_conditional() -> None:
    tag, mistag = Observable("tag", -1.0, 1.0), Observable("mistag", 0.0, 0.5)
    swing = tag * (1.0 - 2.0 * mistag)
    density = BDecay(T, 1.5, 0.0, 0.5, c_sin=-0.7 * swing, c_cos=0.1 * swing, means=(0.0,), sigmas=(0.05,))
    assert {x.name for x in density.given} == {"tag", "mistag"}
    columns = {"": {"t": np.full(2, 0.8), "tag": np.array([1.0, -1.0]), "mistag": np.array([0.2, 0.4])}}
    found = evaluate([density.log_density()], {}, columns)[0]
    for row, swung in enumerate((0.6, -0.2)):
        one = BDecay(T, 1.5, 0.0, 0.5, c_sin=-0.7 * swung, c_cos=0.1 * swung, means=(0.0,), sigmas=(0.05,))
        expected = evaluate([one.log_density()], {}, {"": {"t": np.array([0.8])}})[0]
        assert found[row] == pytest.approx(float(expected[0]), rel=1e-13)


def test_a_lifetime_must_be_positive() -> None:
    with pytest.raises(ModelError, match="b_decay: tau is 0 at the start; it must be > 0"):
        BDecay(T, 0.0)
