"""What is special about B0 -> K*0 mu mu."""

import math
import warnings

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import KStarMuMu
from morefit_py.pdfs.angular.k_star_mu_mu import optimised

L, K = mf.Observable("l", -1.0, 1.0), mf.Observable("k", -1.0, 1.0)
PHI = mf.Observable("phi", -math.pi, math.pi)
TRUE = {"fl": 0.6, "s3": 0.0, "s4": -0.1, "s5": -0.2, "afb": 0.1, "s7": 0.01, "s8": 0.02, "s9": -0.03}


def density() -> KStarMuMu:
    return KStarMuMu(L, K, PHI, *(mf.Parameter(name, value, (-1.0, 1.0)) for name, value in TRUE.items()))


def test_a_fit_reads_nine_columns_and_finds_the_truth() -> None:
    data = mf.sample(density(), seed=1, size=8000)
    with warnings.catch_warnings():
        # Limits from -1 to 1 reach where the rate is negative.
        warnings.simplefilter("ignore", mf.MorefitWarning)
        fit = mf.compile(density(), data)
    assert len(fit.audit().precomputed_columns) == 9
    result = fit.minimise()
    assert result.valid
    for name, value in TRUE.items():
        assert abs(result.values[name] - value) < 4 * result.errors[name]


def test_the_p_wave_alone_is_normalised_by_its_constants() -> None:
    assert evaluate([density().integral()], TRUE)[0] == pytest.approx(1.0, abs=1e-13)


def test_optimised_observables_are_those_of_their_definition() -> None:
    values = {"p1": 0.1, "p2": -0.2, "p3": 0.05, "p4": -0.3, "p5": 0.4, "p6": 0.02, "p8": -0.1}
    made = optimised(0.7, *values.values())
    s = {name: float(evaluate([node], {})[0]) for name, node in made.items()}
    root = math.sqrt(0.7 * 0.3)
    assert 2 * s["s3"] / 0.3 == pytest.approx(0.1)
    assert 2 / 3 * s["afb"] / 0.3 == pytest.approx(-0.2)
    assert -s["s9"] / 0.3 == pytest.approx(0.05)
    assert [s[name] / root for name in ("s4", "s5", "s7", "s8")] == pytest.approx([-0.3, 0.4, 0.02, -0.1])


@pytest.mark.parametrize(
    ("angles", "acceptance", "message"),
    [
        ((mf.Observable("l", -1.1, 1.0), K, PHI), (), r"\[-1.1, 1\] of 'l' leave \[-1, 1\]"),
        ((L, K, mf.Observable("phi", 0.0, 7.0)), (), "of 'phi' leave"),
        ((L, K, PHI), ((1.0, 2.0),), r"acceptance\[0\]: \(1.0, 2.0\) is no row"),
        ((L, K, PHI), ((1.0, -2.0, 0.0, 1.0),), "is no row"),
        ((L, K, PHI), ((0.0, 0.0, 0.0, 1.0), (41.0, 0.0, 0.0, 1.0)), r"acceptance\[1\].* go to 40"),
        ((L, K, PHI), ((0.0, 0.0, 0.0, math.nan),), "c is finite"),
    ],
)
def test_what_is_no_distribution(
    angles: tuple[mf.Observable, ...], acceptance: tuple[tuple[float, ...], ...], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        KStarMuMu(*angles, *([0.1] * 8), acceptance=acceptance)  # type: ignore[arg-type]


def test_the_rate_is_nowhere_negative_at_physical_values() -> None:
    columns = {x.name: np.random.default_rng(1).uniform(x.low, x.high, 2000) for x in (L, K, PHI)}
    assert np.all(evaluate([density().shape()], TRUE, {"": columns})[0] > 0)
