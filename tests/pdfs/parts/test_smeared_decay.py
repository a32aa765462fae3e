from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.decay_terms import DecayTerms
from morefit_py.pdfs.parts.smeared_decay import SmearedDecay

from ..decays.reference import smeared

VALUES = (2.0, 0.5, 3.0, 1.0, 0.2, 0.3, 0.1)
T, SIGMA = Parameter("t", 0.0), Parameter("sigma", 0.5)
PART = SmearedDecay(DecayTerms.of(*VALUES), 0.0, SIGMA).value(T)


@pytest.mark.parametrize("rate", [0.25, 0.5, 0.75])
def test_derivatives_hold_where_an_exponential_takes_the_lead(rate: float) -> None:
    # At t = sigma^2 rate the two forms of one of the exponentials meet, here without any rounding.
    found = derivatives(PART.log(), [param(T), param(SIGMA)], order=2)
    values = {"t": 0.25 * rate, "sigma": 0.5}
    gradient, hessian = evaluate(found.gradient, values), evaluate(found.hessian.values(), values)
    with mp.workdps(40):

        def f(t: mp.mpf, sigma: mp.mpf) -> mp.mpf:
            return mp.log(smeared(t, VALUES, 0, sigma))

        at = (mp.mpf(values["t"]), mp.mpf(0.5))
        np.testing.assert_allclose(gradient, [float(mp.diff(f, at, o)) for o in ((1, 0), (0, 1))], rtol=1e-12)
        orders = [tuple(int(k == i) + int(k == j) for k in range(2)) for i, j in found.hessian]
        np.testing.assert_allclose(hessian, [float(mp.diff(f, at, order)) for order in orders], rtol=1e-10)


def test_integral_adds_up() -> None:
    whole = SmearedDecay(DecayTerms.of(*VALUES), 0.1, 0.5)
    edges = np.array([-3.0, -1.0, 0.2, 0.9, 4.0])
    parts = [whole.integral(a, b) for a, b in pairwise(edges)]
    found = [np.exp(evaluate([part.log()], {})[0]) for part in [*parts, whole.integral(-3.0, 4.0)]]
    assert sum(found[:-1]) == pytest.approx(found[-1], rel=1e-13)
