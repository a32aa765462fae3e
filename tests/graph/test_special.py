"""Special functions against mpmath, and that SciPy waits for the first of them."""

from __future__ import annotations

import subprocess
import sys

import mpmath as mp
import numpy as np

from morefit_py.graph import special


def test_each_is_what_its_name_says() -> None:
    x, z = 0.7, 0.3 + 0.4j
    exact = {
        "digamma": mp.digamma(x),
        "erf": mp.erf(x),
        "erfc": mp.erfc(x),
        "erfcx": mp.exp(x * x) * mp.erfc(x),
        "gammaln": mp.loggamma(x),
        "ndtr": mp.ncdf(x),
    }
    for name, wanted in exact.items():
        assert abs(float(getattr(special, name)(x)) - float(wanted)) < 1e-14
    assert abs(float(special.polygamma(1, x)) - float(mp.polygamma(1, x))) < 1e-14
    assert abs(complex(special.wofz(z)) - complex(mp.exp(-z * z) * mp.erfc(-1j * z))) < 1e-14


def test_arrays_go_in_and_out() -> None:
    x = np.linspace(-1.0, 1.0, 5)
    assert special.erf(x).shape == x.shape


def test_scipy_waits_for_the_first_call() -> None:
    code = """
import sys
from morefit_py.graph import bounds, meaning, special
assert "scipy" not in sys.modules
meaning.MEANING[meaning.Op.ERF](0.5)
assert "scipy.special" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
