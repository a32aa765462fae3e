import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.fit.limits import inner, inside

INF = np.inf
LOW = np.array([-INF, 0.0, -INF, -2.0])
HIGH = np.array([INF, INF, 3.0, 5.0])
UNIT = np.array([0.1, 20.0, 0.5, 1.0])
MAP = inner(np.array([7.0, 1.0, 1.0, 1.0]), LOW, HIGH, UNIT)

points = st.lists(st.floats(-1.4, 1.4), min_size=4, max_size=4).map(np.array)


@given(points)
def test_outward_stays_inside_and_inward_undoes_it(v):
    x = MAP.outward(v)
    assert np.all((x >= LOW) & (x <= HIGH))
    assert MAP.outward(MAP.inward(x)) == pytest.approx(x, abs=1e-10)


@given(points)
def test_derivatives(v):
    h = 1e-5
    first = (MAP.outward(v + h) - MAP.outward(v - h)) / (2 * h)
    assert MAP.first(v) == pytest.approx(first, rel=1e-6, abs=1e-7)
    second = (MAP.first(v + h) - MAP.first(v - h)) / (2 * h)
    assert MAP.second(v) == pytest.approx(second, rel=1e-6, abs=1e-7)


@given(points)
def test_hessian_includes_the_curvature_of_the_map(v):
    H = np.diag([1.0, 2.0, 3.0, 4.0]) + 0.3
    b = np.array([1.0, -2.0, 0.5, 3.0])

    def slope(v):
        x = MAP.outward(v)
        return (H @ x + b) * MAP.first(v)

    h = 1e-5
    numeric = [(slope(v + e) - slope(v - e)) / (2 * h) for e in h * np.eye(4)]
    exact = MAP.hessian(v, H @ MAP.outward(v) + b, H)
    assert exact == pytest.approx(np.array(numeric), rel=1e-5, abs=1e-4)


def test_inside_moves_only_what_is_on_a_limit():
    x = inside(np.array([7.0, 0.0, 3.0, 1.0]), LOW, HIGH, UNIT)
    assert x.tolist() == [7.0, 0.2, 2.995, 1.0]
