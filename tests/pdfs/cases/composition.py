"""Cases of densities made of others."""

from __future__ import annotations

import numpy as np

from morefit_py.graph.build import as_node, exp, select
from morefit_py.pdfs import Exponential, Formula, Gaussian, fractions

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


CASES = [
    _smooth(),
    _kinked(),
    _fractions(),
]
