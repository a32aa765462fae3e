"""Cases of backgrounds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial.chebyshev import chebval
from numpy.polynomial.hermite import hermval
from numpy.polynomial.laguerre import lagval
from numpy.polynomial.legendre import legval
from scipy.interpolate import BPoly
from scipy.special import eval_chebyu, log_ndtr

from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Argus, Bernstein, Chebyshev, Exponential, Uniform
from morefit_py.pdfs.backgrounds.chebyshev2 import Chebyshev2
from morefit_py.pdfs.backgrounds.cms_shape import CMSShape
from morefit_py.pdfs.backgrounds.dstd0_background import DstD0Background
from morefit_py.pdfs.backgrounds.exponential_polynomial import ExponentialPolynomial
from morefit_py.pdfs.backgrounds.generalized_argus import GeneralizedArgus
from morefit_py.pdfs.backgrounds.hermite import Hermite
from morefit_py.pdfs.backgrounds.laguerre import Laguerre
from morefit_py.pdfs.backgrounds.legendre import Legendre
from morefit_py.pdfs.backgrounds.polynomial import Polynomial
from morefit_py.pdfs.backgrounds.power_law import PowerLaw
from morefit_py.pdfs.backgrounds.recurrent import Recurrent
from morefit_py.pdfs.backgrounds.threshold import Threshold
from morefit_py.pdfs.backgrounds.tsallis import Tsallis

from .case import ENERGY, FULL_ENERGY, MASS, Case, parameters

DIFFERENCE = Observable("dm", 139.0, 165.0)
ENERGY_ABOVE = Observable("q", 0.0, 26.0)
PAIR = Observable("m", 50.0, 130.0)


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


def power_law(name: str, p: float) -> Case:
    end = MASS.low if p < 0 else MASS.high
    return Case(f"power_law {name}", PowerLaw(MASS, *parameters(p=p)), lambda x: (x / end) ** p)


def exponential_polynomial(name: str, *c: float) -> Case:
    starts = parameters(**{f"c{i}": number for i, number in enumerate(c, start=1)})
    value = np.polynomial.Polynomial([0.0, *c])
    top = value(np.linspace(-1, 1, 1001)).max()

    def shape(x: np.ndarray) -> np.ndarray:
        return np.exp(value((2 * x - (MASS.low + MASS.high)) / MASS.width) - top)

    return Case(f"exponential_polynomial {name}", ExponentialPolynomial(MASS, starts), shape)


def dstd0(name: str, dm0: float, c: float, a: float, b: float) -> Case:
    def shape(x: np.ndarray) -> np.ndarray:
        y = np.maximum(x - dm0, 0.0)
        return -np.expm1(-y / c) * (1 + y / dm0) ** a + b * y / dm0

    density = DstD0Background(DIFFERENCE, *parameters(dm0=dm0, c=c, a=a, b=b))
    return Case(f"dstd0_background {name}", density, shape, smooth=False)


def threshold(name: str, x: Observable, x0: float, p: float, *c: float) -> Case:
    starts = parameters(x0=x0, p=p, **{f"c{i}": number for i, number in enumerate(c, start=1)})
    fall = np.polynomial.Polynomial([0.0, *c])

    def shape(m: np.ndarray) -> np.ndarray:
        y = np.where(m > x0, m - x0, 1.0)
        return np.where(m > x0, y**p * np.exp(-fall(y)), 0.0)

    density = Threshold(x, starts[0], starts[1], starts[2:])
    return Case(f"threshold {name}", density, shape, smooth=False)


def generalized_argus(name: str, x: Observable, m0: float, c: float, p: float) -> Case:
    def shape(m: np.ndarray) -> np.ndarray:
        v = np.where(m < m0, 1 - (m / m0) ** 2, 1.0)
        return np.where(m < m0, m * v**p * np.exp(c * v - max(c, 0.0)), 0.0)

    density = GeneralizedArgus(x, *parameters(m0=m0, c=c, p=p))
    return Case(f"generalized_argus {name}", density, shape, smooth=False)


def cms_shape(name: str, alpha: float, beta: float, gamma: float) -> Case:
    grid = np.linspace(PAIR.low, PAIR.high, 1001)
    top = np.max(log_ndtr(np.sqrt(2) * beta * (grid - alpha)) - gamma * (grid - alpha))

    def shape(x: np.ndarray) -> np.ndarray:
        # log_ndtr(z) is log(erfc(-z/sqrt(2))/2), far in the tail too.
        return np.exp(log_ndtr(np.sqrt(2) * beta * (x - alpha)) - gamma * (x - alpha) - top)

    return Case(f"cms_shape {name}", CMSShape(PAIR, *parameters(alpha=alpha, beta=beta, gamma=gamma)), shape)


def tsallis(name: str, m: float, t: float, n: float) -> Case:
    def shape(x: np.ndarray) -> np.ndarray:
        return x * (1 + (np.sqrt(x**2 + m**2) - m) / (n * t)) ** -n

    return Case(f"tsallis {name}", Tsallis(FULL_ENERGY, *parameters(m=m, t=t, n=n)), shape)


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
    power_law("falling", -3.5),
    power_law("rising", 7.0),
    power_law("inverse", -1.0),
    power_law("nearly inverse", -1.0 + 1e-9),
    power_law("flat", 0.0),
    power_law("steep", -2000.0),
    exponential_polynomial("ordinary", -1.0, 0.4, 0.1),
    exponential_polynomial("a peak", 2.0, -300.0),
    exponential_polynomial("steep", -400.0, 30.0),
    exponential_polynomial("flat", 0.0, 0.0),
    dstd0("ordinary", 139.57, 3.0, -5.0, 0.5),
    dstd0("sharp", 140.0, 0.01, -10.0, 0.1),
    dstd0("slow", 139.57, 1e4, 2.0, 0.2),
    dstd0("begun before", 135.0, 2.0, 1.0, 0.2),
    threshold("ordinary", DIFFERENCE, 139.57, 0.5, 0.1),
    threshold("two coefficients", DIFFERENCE, 139.57, 0.6, 0.05, 0.002),
    threshold("rising", DIFFERENCE, 140.0, 1.5, -2.0),
    threshold("no fall", DIFFERENCE, 139.57, 2.0),
    threshold("small power, negative", ENERGY_ABOVE, 0.0, -0.6, 0.05),
    threshold("begun before", DIFFERENCE, 130.0, 1.0, 0.3),
    generalized_argus("end inside", ENERGY, 5.27, -20.0, 0.5),
    generalized_argus("end beyond", ENERGY, 6.0, -20.0, 0.5),
    generalized_argus("rising", ENERGY, 5.28, 8.0, 0.7),
    generalized_argus("from zero", FULL_ENERGY, 5.0, -3.0, 0.5),
    generalized_argus("no exponential", ENERGY, 5.2, 0.0, 1.3),
    generalized_argus("negative power", ENERGY, 6.0, -5.0, -0.4),
    generalized_argus("steep", FULL_ENERGY, 5.0, 300.0, 2.0),
    tsallis("ordinary", 0.14, 0.1, 7.0),
    tsallis("light, flat", 0.01, 2.0, 1.5),
    tsallis("heavy", 20.0, 0.3, 50.0),
    cms_shape("ordinary", 65.0, 0.08, 0.05),
    cms_shape("sharp", 70.0, 50.0, 0.03),
    cms_shape("no fall", 70.0, 0.1, 0.0),
    cms_shape("nearly no fall", 70.0, 0.1, 1e-9),
    cms_shape("rising", 70.0, 0.1, -0.02),
    cms_shape("all risen", 20.0, 0.2, 0.1),
    cms_shape("all rising", 200.0, 0.05, 0.02),
    cms_shape("far beyond", 230.0, 0.2, 0.0),
    cms_shape("slow", 90.0, 0.01, 0.2),
    cms_shape("steep", 90.0, 0.3, 3.0),
]
