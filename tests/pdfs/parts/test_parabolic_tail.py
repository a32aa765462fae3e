import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.parabolic_tail import ParabolicTail

LOW, HIGH = Parameter("low", 0.0), Parameter("high", 5.0)


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 5.0), (0.0, 1e3), (3.0, 4.0), (20.0, 500.0), (7.0, 7.0 + 1e-9), (-2.0, 1e-3)]
)
@pytest.mark.parametrize(
    ("fall", "curvature"),
    [
        (1.0, 0.0),
        (1.0, -0.3),
        (1.0, 1e-12),
        (1.0, -1e-12),
        (0.02, -1.0),
        (2.0, 0.05),
        (5.0, 0.011),
        (3.0, 2.0),
    ],
)
def test_integral(low: float, high: float, fall: float, curvature: float) -> None:
    part = ParabolicTail(fall, curvature).integral(as_node(LOW), as_node(HIGH))
    found = evaluate([part.log()], {"low": low, "high": high})[0]
    with mp.workdps(30):
        start, stop, k, c = mp.mpf(max(low, 0.0)), mp.mpf(high), mp.mpf(fall), mp.mpf(curvature)
        length = stop - start
        top = max(-k * start + c * start**2, -k * stop + c * stop**2)
        cuts = [length * mp.mpf(2) ** -i for i in range(1, 16)]
        ends = sorted({start, stop, *(start + cut for cut in cuts), *(stop - cut for cut in cuts)})
        exact = float(top + mp.log(mp.quad(lambda y: mp.exp(-k * y + c * y**2 - top), ends)))
    assert found == pytest.approx(exact, rel=1e-12, abs=2e-12)


def test_absent_on_the_other_side() -> None:
    part = ParabolicTail(1.0, 0.3).integral(as_node(LOW), as_node(HIGH))
    roots = [part.present, part.factor, part.exponent]
    present, factor, exponent = evaluate(roots, {"low": -5.0, "high": -1.0})
    assert not present
    assert factor == 0.0
    assert np.isfinite(exponent)
