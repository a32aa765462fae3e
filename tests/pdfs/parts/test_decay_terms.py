import mpmath as mp
import pytest

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.decay_terms import DecayTerms

from ..decays.reference import decay

S, LENGTH = Parameter("s", 0.0), Parameter("length", 1.0)
VALUES = [
    (1.5, 0.2, 0.9, 1.0, 0.3, 0.4, -0.2),
    (1.5, -1.2, 17.8, 1.0, -0.6, 0.4, 0.3),
    (1e4, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    (0.02, 3.0, 0.0, 1.0, 0.5, 0.2, 0.0),
]


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("s", [0.0, 0.3, 5.0, 300.0])
def test_value(values: tuple[float, ...], s: float) -> None:
    part = DecayTerms.of(*values).value(as_node(S))
    factor, exponent = evaluate([part.factor, part.exponent], {"s": s})
    with mp.workdps(40):
        exact = decay(mp.mpf(s), values) * mp.exp(-float(exponent))
        assert factor == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("start", [0.0, 0.7, 40.0])
@pytest.mark.parametrize("length", [1e-9, 1e-3, 1.0, 6.0])
def test_integral_also_over_short_intervals(values: tuple[float, ...], start: float, length: float) -> None:
    part = DecayTerms.of(*values).integral(as_node(S), as_node(LENGTH))
    factor, exponent = evaluate([part.factor, part.exponent], {"s": start, "length": length})
    with mp.workdps(40):
        rate = max(1 / values[0], abs(values[2]), 1e-3)
        count = min(int(length * rate) + 1, 2000)
        points = [start + mp.mpf(length) * k / count for k in range(count + 1)]
        exact = mp.quad(lambda s: decay(s, values) * mp.exp(-float(exponent)), points, maxdegree=3)
        assert factor == pytest.approx(float(exact), rel=1e-12)


def test_remaining_is_the_integral_from_here_on() -> None:
    values = VALUES[0]
    part = DecayTerms.of(*values).remaining().value(as_node(S))
    factor, exponent = evaluate([part.factor, part.exponent], {"s": 0.8})
    with mp.workdps(30):
        exact = mp.quad(lambda s: decay(s, values), [0.8, 3, 10, 30, mp.inf])
    assert factor * mp.exp(exponent) == pytest.approx(float(exact), rel=1e-12)


def test_mirrored_terms_change_the_sign_of_the_odd_ones() -> None:
    values = VALUES[0]
    mirrored = DecayTerms.of(*values).mirrored()
    roots = [mirrored.value(as_node(S)).factor, mirrored.value(as_node(S)).exponent, mirrored.at_zero]
    factor, exponent, at_zero = evaluate(roots, {"s": 0.8})
    assert factor * mp.exp(exponent) == pytest.approx(float(decay(mp.mpf(0.8), values, -1)), rel=1e-13)
    assert at_zero == pytest.approx(1.4)
