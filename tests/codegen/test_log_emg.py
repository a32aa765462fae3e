"""The exponentially modified Gaussian of the kernels against mpmath, from no tail to almost nothing else."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.log_emg import ORDERS
from tests import tails
from tests.codegen.compiled import Function, Values, library, rows
from tests.exact import log_emg

NAN = float("nan")
HELPER = "mf_log_emg"
PLACES = range(len(ORDERS))
CALLS = {f"at_{place}": f"mf_log_emg{{rows}}({place}, {{x}}, {{y}})" for place in PLACES}


@pytest.fixture(scope="module", params=["c", "cuda", "opencl"])
def function(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Function:
    """The function in double precision: of C loops, of single values anywhere, and of OpenCL's vectors."""
    if request.param == "opencl":
        return rows(HELPER, CALLS)
    return library(request.param, "c", HELPER, CALLS, tmp_path_factory.mktemp("log_emg"))


@pytest.fixture(scope="module")
def metal(tmp_path_factory: pytest.TempPathFactory) -> Function:
    return library("metal", "metal", HELPER, CALLS, tmp_path_factory.mktemp("log_emg"))


@pytest.mark.parametrize("place", PLACES)
def test_it_is_exact(function: Function, place: int) -> None:
    found = function(f"at_{place}", tails.U, tails.KAPPA)
    assert tails.error(found, place) < (2e-15, 2e-14, 5e-14, 3e-14, 1e-13, 2e-12)[place]


@pytest.mark.parametrize("place", PLACES)
def test_symmetry(function: Function, place: int) -> None:
    """A mirrored tail mirrors the density, to the last bit."""
    sign = -1.0 if place in (1, 2) else 1.0
    u, kappa = tails.U[tails.KAPPA != 0.0], tails.KAPPA[tails.KAPPA != 0.0]
    left, right = (function(f"at_{place}", side * u, side * kappa) for side in (-1.0, 1.0))
    np.testing.assert_array_equal(left, sign * right)


def test_what_is_no_number_stays_none(function: Function) -> None:
    u, kappa = np.array([NAN, 1.0]), np.array([1.0, NAN])
    for name in CALLS:
        assert np.isnan(function(name, u, kappa)).all()


def test_single_precision(metal: Function) -> None:
    near = (np.abs(tails.U) < 100.0) & (np.abs(tails.KAPPA) < 1e3) & (np.abs(tails.KAPPA) > 1e-30)
    u, kappa = (values[near].astype(np.float32) for values in (tails.U, tails.KAPPA))
    for place, most in enumerate((1e-6, 1e-6, 3e-6, 3e-6, 1e-5, 3e-5)):
        found = metal(f"at_{place}", u, kappa)
        assert _error(found, u, kappa, place) < most


def _error(found: Values, u: Values, kappa: Values, place: int) -> float:
    """The largest error relative to the derivative, to 1 where that is smaller."""
    with mp.workdps(30):
        exact = [
            float(log_emg(mp.mpf(float(v)), mp.mpf(float(w)), place)) for v, w in zip(u, kappa, strict=True)
        ]
    return float(np.max(np.abs(found - exact) / np.maximum(np.abs(exact), 1.0)))
