import mpmath as mp
import pytest

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.exponential_tail import ExponentialTail
from morefit_py.pdfs.parts.tailed_gaussian import Flank, both_sides, one_tail

LOW, HIGH = Parameter("low", -1.0), Parameter("high", 1.0)
ENDS = [(-9.0, 5.0), (-30.0, -4.0), (-1.0, 0.5), (-1.3, 0.0), (0.0, 2.0), (3.0, 4.0), (-50.0, 60.0)]


def _shape(t: mp.mpf, sigma: float, alpha: float | None) -> mp.mpf:
    t = t / sigma
    if alpha is None or t > -alpha:
        return mp.exp(-(t**2) / 2)
    return mp.exp(mp.mpf(alpha) ** 2 / 2 + alpha * t)


def _log_quad(function: object, low: float, high: float) -> float:
    with mp.workdps(30):
        cuts = [-30, -10, -5, -2.6, -1.6, -1.3, -1, 0, 0.8, 1, 1.6, 3, 5, 10, 30]
        return float(mp.log(mp.quad(function, [low, *(cut for cut in cuts if low < cut < high), high])))


@pytest.mark.parametrize(("low", "high"), ENDS)
def test_one_tail(low: float, high: float) -> None:
    root = one_tail(ExponentialTail(1.3), as_node(LOW), as_node(HIGH)).log()
    found = evaluate([root], {"low": low, "high": high})[0]
    assert found == pytest.approx(_log_quad(lambda t: _shape(t, 1, 1.3), low, high), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("low", "high"), ENDS)
@pytest.mark.parametrize("tails", [(1.3, 0.8), (None, 1.0), (None, None)])
def test_both_sides(low: float, high: float, tails: tuple[float | None, float | None]) -> None:
    flanks = [
        Flank(sigma, None if alpha is None else ExponentialTail(alpha))
        for sigma, alpha in zip((2.0, 1.0), tails, strict=True)
    ]
    root = both_sides(*flanks, as_node(LOW), as_node(HIGH)).log()
    found = evaluate([root], {"low": low, "high": high})[0]

    def shape(t: mp.mpf) -> mp.mpf:
        return _shape(t, 2, tails[0]) if t < 0 else _shape(-t, 1, tails[1])

    assert found == pytest.approx(_log_quad(shape, low, high), rel=1e-12, abs=1e-13)
