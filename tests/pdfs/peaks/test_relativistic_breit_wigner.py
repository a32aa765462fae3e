import mpmath as mp
import numpy as np
import pytest
from scipy.stats import rel_breitwigner

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BreitWigner, RelativisticBreitWigner

from .oracle import around, assert_exact

X = Observable("m", 0.3, 2.0)
ROWS = np.array([0.301, 0.5, 0.7749, 0.9, 1.7, 1.999])


@pytest.mark.parametrize(
    "values",
    [
        (0.775, 0.149),
        (0.775, 1e-6),
        (0.2, 0.1),
        (0.2, 1e-4),
        (3.0, 0.1),
        (0.9, 5.0),
        (2.0, 0.01),
        (0.3, 0.01),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mean, width = (mp.mpf(float(value)) for value in values)

    def shape(m: mp.mpf) -> mp.mpf:
        return 1 / ((m**2 - mean**2) ** 2 + mean**2 * width**2)

    assert_exact(RelativisticBreitWigner(X, *map(float, values)), shape, lambda: around(mean, width), ROWS)


def test_far_above_the_peak() -> None:
    x = Observable("m", 500.0, 1200.0)

    def shape(m: mp.mpf) -> mp.mpf:
        mean, width = mp.mpf(91.19), mp.mpf(2.5)
        return 1 / ((m**2 - mean**2) ** 2 + mean**2 * width**2)

    assert_exact(RelativisticBreitWigner(x, 91.19, 2.5), shape, list, [501.0, 700.0, 1100.0])


def test_agrees_with_scipy() -> None:
    found = evaluate([RelativisticBreitWigner(X, 0.775, 0.149).density()], {}, {"": {"m": ROWS}})[0]
    scaled = rel_breitwigner(0.775 / 0.149, scale=0.149)
    np.testing.assert_allclose(found, scaled.pdf(ROWS) / (scaled.cdf(2.0) - scaled.cdf(0.3)), rtol=1e-10)


def test_a_narrow_one_is_not_relativistic_near_its_peak() -> None:
    x = Observable("m", 91.0, 91.4)
    rows = np.linspace(91.01, 91.39, 5)
    pair = RelativisticBreitWigner(x, 91.19, 1e-3), BreitWigner(x, 91.19, 1e-3)
    found = evaluate([density.log_density() for density in pair], {}, {"": {"m": rows}})
    np.testing.assert_allclose(found[0], found[1], atol=3e-3)


@pytest.mark.parametrize("name", ["mean", "width"])
def test_outside_its_domain(name: str) -> None:
    values = {"mean": 0.775, "width": 0.149, name: 0.0}
    with pytest.raises(
        ModelError, match=f"relativistic_breit_wigner: {name} is 0 at the start; it must be > 0"
    ):
        RelativisticBreitWigner(X, **values)
