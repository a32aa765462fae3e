import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Gaussian, Novosibirsk

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5253.9, 5270.0, 5281.0, 5295.0])


def _stretch(tail: mp.mpf) -> mp.mpf:
    a = tail * mp.sqrt(mp.log(4))
    return mp.sinh(a) / a


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ((5280, 20, 0.3), ROWS),
        ((5280, 20, -0.3), ROWS),
        ((5280, 20, 1e-3), ROWS),
        ((5280, 20, 1e-9), ROWS),
        ((5280, 20, -1.2), ROWS[:2]),
        ((5280, 20, 3.0), [5281.0, 5300.0, 5999.0]),
        ((4800, 30, 0.3), [5000.5, 5200.0, 5999.0]),
        ((6300, 30, -0.1), [5000.5, 5200.0, 5999.0]),
        ((6100, 30, 0.1), [5950.0, 5980.0, 5999.0]),
        ((5280, 0.5, 0.2), [5279.0, 5280.0, 5290.0]),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...], rows: list[float]) -> None:
    peak, width, tail = (mp.mpf(float(value)) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        inside = 1 + tail * _stretch(tail) * (x - peak) / width
        return mp.exp(-((mp.log(inside) / tail) ** 2) / 2) if inside > 0 else mp.mpf(0)

    def cuts() -> list[mp.mpf]:
        end = peak - width / tail / _stretch(tail)
        return [cut for cut in around(peak, width) if (cut - end) * tail > 0] + [end]

    assert_exact(Novosibirsk(X, *map(float, values)), shape, cuts, rows)


def test_without_tail_it_is_a_gaussian_with_its_derivatives() -> None:
    peak, width, tail = Parameter("peak", 5280.0), Parameter("width", 20.0), Parameter("tail", 0.0)
    values, wrt = {"peak": 5280.0, "width": 20.0}, [param(peak), param(width)]
    roots = []
    for density in (
        Novosibirsk(X, peak, width, 0.0),
        Novosibirsk(X, peak, width, tail),
        Gaussian(X, peak, width),
    ):
        found = derivatives(density.log_density(), wrt, order=2)
        roots.append([density.log_density(), *found.gradient, *found.hessian.values()])
    columns = {"": {"mass": ROWS}}
    fixed, free, gaussian = (evaluate(held, values | {"tail": 0.0}, columns) for held in roots)
    for a, b, c in zip(fixed, free, gaussian, strict=True):
        np.testing.assert_allclose(a, c, rtol=1e-10)
        np.testing.assert_allclose(b, c, rtol=1e-10)


def test_width_is_that_of_the_half_maximum() -> None:
    for tail in (0.4, -0.9, 1e-8):
        x = np.linspace(5200.0, 5360.0, 160001)
        shape = evaluate([Novosibirsk(X, 5280.0, 20.0, tail).shape()], {}, {"": {"mass": x}})[0]
        above = x[shape > 0.5]
        assert above[-1] - above[0] == pytest.approx(2 * np.sqrt(np.log(4)) * 20.0, abs=2e-3)


def test_beyond_its_end_there_is_nothing() -> None:
    density = Novosibirsk(X, 5280.0, 20.0, 0.3)
    shape, log_shape = evaluate(
        [density.shape(), density.log_shape()], {}, {"": {"mass": np.array([5100.0, 5205.0])}}
    )
    assert np.all(shape == 0.0)
    assert np.all(np.isfinite(log_shape))
    assert log_shape[0] < log_shape[1]


def test_a_width_must_be_positive() -> None:
    with pytest.raises(ModelError, match="novosibirsk: width is 0 at the start; it must be > 0"):
        Novosibirsk(X, 5280.0, 0.0, 0.1)
