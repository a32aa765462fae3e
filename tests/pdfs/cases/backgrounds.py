"""Cases of backgrounds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial.chebyshev import chebval
from numpy.polynomial.hermite import hermval
from numpy.polynomial.laguerre import lagval
from numpy.polynomial.legendre import legval
from scipy.interpolate import BPoly
from scipy.special import eval_chebyu

from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Argus, Bernstein, Chebyshev, Exponential, Uniform
from morefit_py.pdfs.backgrounds.chebyshev2 import Chebyshev2
from morefit_py.pdfs.backgrounds.hermite import Hermite
from morefit_py.pdfs.backgrounds.laguerre import Laguerre
from morefit_py.pdfs.backgrounds.legendre import Legendre
from morefit_py.pdfs.backgrounds.polynomial import Polynomial
from morefit_py.pdfs.backgrounds.recurrent import Recurrent

from .case import ENERGY, FULL_ENERGY, MASS, Case, parameters


def exponential(name: str, slope: float) -> Case:
    end = MASS.low if slope < 0 else MASS.high
    return Case(
        f"exponential {name}",
        Exponential(MASS, *parameters(slope=slope)),
        lambda x: np.exp(slope * (x - end)),
    )


def series(kind: type[Recurrent], value: Callable[..., np.ndarray], name: str, *c: float) -> Case:
    starts = parameters(**{f"c{i}": number for i, number in enumerate(c, start=1)})

    def shape(x: np.ndarray) -> np.ndarray:
        return value((2 * x - (MASS.low + MASS.high)) / MASS.width, [1.0, *c])

    return Case(f"{kind.type} {name}", kind(MASS, starts), shape)


def second_kind(u: np.ndarray, c: list[float]) -> np.ndarray:
    return np.asarray(sum(number * eval_chebyu(k, u) for k, number in enumerate(c)))


def polynomial(name: str, origin: float, *c: float) -> Case:
    starts = parameters(**{f"c{i}": number for i, number in enumerate(c, start=1)})
    value = np.polynomial.Polynomial([1.0, *c])
    return Case(f"polynomial {name}", Polynomial(MASS, starts, origin), lambda x: value(x - origin))


def bernstein(name: str, *b: float) -> Case:
    starts = parameters(**{f"b{i}": value for i, value in enumerate(b)})
    return Case(
        f"bernstein {name}",
        Bernstein(MASS, starts),
        BPoly(np.array(b, dtype=float)[:, None], [MASS.low, MASS.high]),
    )


def argus(name: str, x: Observable, c: float, p: float) -> Case:
    def shape(m: np.ndarray) -> np.ndarray:
        z = 1 - (m / x.high) ** 2
        return m * z**p * np.exp(c * z - max(c, 0.0))

    return Case(f"argus {name}", Argus(x, *parameters(c=c, p=p)), shape)


CASES = [
    exponential("falling", -0.004),
    exponential("rising", 0.02),
    exponential("flat", 0.0),
    exponential("nearly flat", 1e-9),
    exponential("steep", -2.0),
    series(Chebyshev, chebval, "third order", -0.4, 0.15, 0.05),
    series(Chebyshev, chebval, "eighth order", 0.2, -0.1, 0.1, 0.05, -0.05, 0.03, 0.02, 0.1),
    series(Chebyshev, chebval, "touching zero", -1.0),
    series(Chebyshev2, second_kind, "third order", -0.2, 0.1, 0.05),
    series(Legendre, legval, "third order", -0.4, 0.15, 0.05),
    series(Legendre, legval, "touching zero", 1.0),
    series(Hermite, hermval, "fourth order", 0.1, 0.05, -0.02, 0.01),
    series(Laguerre, lagval, "third order", 0.3, -0.2, 0.1),
    polynomial("about its middle", 5500.0, -3e-4, 8e-7, -1e-9),
    polynomial("far from its origin", 0.0, -3e-4, 3e-8),
    polynomial("without coefficients", 0.0),
    bernstein("third order", 1.0, 0.4, 0.2, 0.7),
    bernstein("zero at the bounds", 0.0, 1.0, 0.5, 0.0),
    bernstein("constant", 2.0),
    Case("uniform", Uniform(MASS), np.ones_like),
    argus("ordinary", ENERGY, -20, 0.5),
    argus("from zero", FULL_ENERGY, -3.0, 0.5),
    argus("rising", ENERGY, 8.0, 0.5),
    argus("no power", ENERGY, -5.0, 0.0),
    argus("no exponential", ENERGY, 0.0, 1.3),
    argus("small power", ENERGY, -5.0, 0.05),
    argus("steep", FULL_ENERGY, 300.0, 2.0),
    argus("steep the other way", FULL_ENERGY, -300.0, 3.0),
]
