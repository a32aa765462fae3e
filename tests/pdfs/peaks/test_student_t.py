import mpmath as mp
import numpy as np
import pytest
from scipy.stats import t as student

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BreitWigner, Gaussian, StudentT

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 3),
        (5280, 20, 0.5),
        (5280, 20, 0.1),
        (5280, 20, 100),
        (5280, 20, 1e6),
        (4000, 20, 3),
        (4700, 60, 300),
        (7000, 20, 0.5),
        (5280, 0.01, 3),
        (5280, 1e4, 3),
        (5000, 20, 3),
        (6000, 20, 3),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, sigma, nu = (mp.mpf(float(value)) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        return (1 + ((x - mu) / sigma) ** 2 / nu) ** (-(nu + 1) / 2)

    assert_exact(StudentT(X, *map(float, values)), shape, lambda: around(mu, sigma), ROWS)


def test_agrees_with_scipy() -> None:
    found = evaluate([StudentT(X, 5280.0, 20.0, 4.5).density()], {}, {"": {"mass": ROWS}})[0]
    scaled = student(4.5, 5280.0, 20.0)
    np.testing.assert_allclose(
        found, scaled.pdf(ROWS) / (scaled.cdf(6000.0) - scaled.cdf(5000.0)), rtol=1e-10
    )


def test_special_cases() -> None:
    columns = {"": {"mass": ROWS}}
    cauchy = [StudentT(X, 5280.0, 20.0, 1.0).log_density(), BreitWigner(X, 5280.0, 40.0).log_density()]
    np.testing.assert_allclose(*evaluate(cauchy, {}, columns), rtol=1e-12)
    normal = [StudentT(X, 5280.0, 150.0, 1e12).log_density(), Gaussian(X, 5280.0, 150.0).log_density()]
    np.testing.assert_allclose(*evaluate(normal, {}, columns), rtol=1e-9)


@pytest.mark.parametrize("name", ["sigma", "nu"])
def test_outside_its_domain(name: str) -> None:
    values = {"mu": 5280.0, "sigma": 20.0, "nu": 3.0, name: 0.0}
    with pytest.raises(ModelError, match=f"student_t: {name} is 0 at the start; it must be > 0"):
        StudentT(X, **values)


def test_a_width_of_every_event() -> None:
    error = Observable("error", 5.0, 50.0)
    widths = np.array([8.0, 15.0, 20.0, 30.0, 45.0])
    columns = {"": {"mass": ROWS, "error": widths}}
    found = evaluate([StudentT(X, 5280.0, error, 4.5).log_density()], {}, columns)[0]
    each = [StudentT(X, 5280.0, width, 4.5).log_density() for width in widths]
    expected = [evaluate([root], {}, {"": {"mass": x}})[0] for root, x in zip(each, ROWS, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-13)
