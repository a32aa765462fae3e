"""SciPy's special functions by their names there; SciPy is imported by the first call of one.

Its import takes longer than a fit, and most fits from a warm cache call none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _of_scipy(name: str) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        from scipy import special

        return getattr(special, name)(*args)

    call.__name__ = name
    return call


digamma = _of_scipy("digamma")
erf = _of_scipy("erf")
erfc = _of_scipy("erfc")
erfcx = _of_scipy("erfcx")
gammaln = _of_scipy("gammaln")
ndtr = _of_scipy("ndtr")
polygamma = _of_scipy("polygamma")
wofz = _of_scipy("wofz")
