"""Cases of densities made of others."""

from __future__ import annotations

import numpy as np
from scipy.special import voigt_profile

from morefit_py.graph.build import as_node, exp, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import (
    Accepted,
    BreitWigner,
    Convolution,
    Exponential,
    Formula,
    Gaussian,
    Truncated,
    fractions,
)

from .backgrounds import exponential
from .case import MASS, UNIT, Case, parameters
from .peaks import gaussian


def _kinked() -> Case:
    centre, slope = parameters(centre=0.3, slope=1.7)
    expression = 1.0 + slope * abs(UNIT - centre) + select(UNIT < 1.0, 0.5, 0.0)

    def shape(x: np.ndarray) -> np.ndarray:
        return 1.0 + 1.7 * np.abs(x - 0.3) + np.where(x < 1.0, 0.5, 0.0)

    return Case("formula kinked", Formula(expression), shape, smooth=False)


def _smooth() -> Case:
    rate, power = parameters(rate=0.7, power=2.5)
    expression = exp(-rate * UNIT) * (as_node(UNIT) + 1.0) ** power
    return Case("formula smooth", Formula(expression), lambda x: np.exp(-0.7 * x) * (x + 1) ** 2.5)


def _fractions() -> Case:
    share, rest = parameters(share=0.3, rest=0.6)
    core, wide, slope = gaussian("", 5280, 20), gaussian("", 5280, 60), exponential("", -1e-3)
    held = [
        Gaussian(MASS, *parameters(mu=5280, sigma=20)),
        Gaussian(MASS, *parameters(mu=5280, wide=60)),
        Exponential(MASS, *parameters(slope=-1e-3)),
    ]
    parts = [0.3, 0.6, 1 - 0.3 - 0.6]

    def shape(x: np.ndarray) -> np.ndarray:
        shapes = (core, wide, slope)
        return sum(f * case.shape(x) / case.normalisation for f, case in zip(parts, shapes, strict=True))

    return Case("fractions", fractions(held, share, rest), shape)


def _convolution() -> Case:
    times, off = Observable("true", 4000.0, 7000.0), Observable("off", -300.0, 300.0)
    mean, width, sigma = parameters(mean=5280.0, width=30.0, sigma=15.0)
    density = Convolution(MASS, BreitWigner(times, mean, width), Gaussian(off, 0.0, sigma))
    return Case("convolution", density, lambda x: voigt_profile(x - 5280.0, 15.0, 15.0))


def _truncated() -> Case:
    ranges = ((5050.0, 5200.0), (5400.0, 5900.0))
    mu, sigma = parameters(mu=5300.0, sigma=90.0)

    def shape(x: np.ndarray) -> np.ndarray:
        inside = ((x >= 5050) & (x <= 5200)) | ((x >= 5400) & (x <= 5900))
        return np.where(inside, np.exp(-(((x - 5300) / 90) ** 2) / 2), 0.0)

    return Case("truncated", Truncated(Gaussian(MASS, mu, sigma), ranges), shape, smooth=False)


def _accepted() -> Case:
    mu, sigma, turn = parameters(mu=5280.0, sigma=3.0, turn=5250.0)
    efficiency = 1.0 / (1.0 + exp((turn - MASS) / 40.0))

    def shape(x: np.ndarray) -> np.ndarray:
        return np.exp(-(((x - 5280) / 3) ** 2) / 2) / (1 + np.exp((5250 - x) / 40))

    return Case("accepted", Accepted(Gaussian(MASS, mu, sigma), efficiency), shape)


CASES = [
    _convolution(),
    _truncated(),
    _accepted(),
    _smooth(),
    _kinked(),
    _fractions(),
]
