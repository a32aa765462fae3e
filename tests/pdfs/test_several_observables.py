"""Densities of several observables: normalised, differentiated and sampled as those of one are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.sampling import sample
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Exponential, Formula, Gaussian, KStarMuMu, Product, SphericalHarmonics
from morefit_py.pdfs.density import Density

from .cases import SEVERAL

L, K = Observable("l", -1.0, 1.0), Observable("k", -1.0, 1.0)
PHI = Observable("phi", -math.pi, math.pi)
SECTOR = Observable("phi", 0.0, 2.0)
M, T = Observable("m", 0.0, 10.0), Observable("t", -2.0, 8.0)
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A density and its shape in plain NumPy, up to a factor."""

    name: str
    density: Density
    shape: Callable[[Columns], np.ndarray]

    @property
    def values(self) -> dict[str, float]:
        return {parameter.name: parameter.init for parameter in self.density.parameters}

    def grid(self) -> tuple[Columns, np.ndarray]:
        """Nodes and weights of a tensor rule."""
        u, w = np.polynomial.legendre.leggauss(40)
        over = self.density.observables
        axes, weight = [], np.ones(1)
        for x in over:
            if x.name in ("l", "k"):
                # Of a cosine the angle, in which sines are smooth.
                first, last = np.arccos([x.high, x.low])
                angle = first + (last - first) * (1 + u) / 2
                axes.append(np.cos(angle))
                part = (last - first) / 2 * np.sin(angle) * w
            else:
                axes.append(x.low + x.width * (1 + u) / 2)
                part = x.width / 2 * w
            weight = np.multiply.outer(weight, part).ravel()
        mesh = np.meshgrid(*axes, indexing="ij")
        return {x.name: axis.ravel() for x, axis in zip(over, mesh, strict=True)}, weight


def _p_wave(c: Columns, fl: float, s: dict[str, float]) -> np.ndarray:
    l, k, phi = np.arccos(c["l"]), np.arccos(c["k"]), c["phi"]  # noqa: E741
    return np.asarray(
        0.75 * (1 - fl) * np.sin(k) ** 2
        + fl * np.cos(k) ** 2
        + 0.25 * (1 - fl) * np.sin(k) ** 2 * np.cos(2 * l)
        - fl * np.cos(k) ** 2 * np.cos(2 * l)
        + s["s3"] * np.sin(k) ** 2 * np.sin(l) ** 2 * np.cos(2 * phi)
        + s["s4"] * np.sin(2 * k) * np.sin(2 * l) * np.cos(phi)
        + s["s5"] * np.sin(2 * k) * np.sin(l) * np.cos(phi)
        + 4 / 3 * s["afb"] * np.sin(k) ** 2 * np.cos(l)
        + s["s7"] * np.sin(2 * k) * np.sin(l) * np.sin(phi)
        + s["s8"] * np.sin(2 * k) * np.sin(2 * l) * np.sin(phi)
        + s["s9"] * np.sin(k) ** 2 * np.sin(l) ** 2 * np.sin(2 * phi)
    )


STARTS = {"s3": 0.05, "s4": -0.1, "s5": -0.2, "afb": 0.1, "s7": 0.03, "s8": 0.02, "s9": -0.04}
S_STARTS = {"fs": 0.15, "ss1": -0.1, "ss2": 0.05, "ss3": 0.04, "ss4": -0.03, "ss5": 0.02}


def parameters(starts: dict[str, float]) -> list[Parameter]:
    return [Parameter(name, value) for name, value in starts.items()]


def _with_s_wave(c: Columns) -> np.ndarray:
    l, k, phi = np.arccos(c["l"]), np.arccos(c["k"]), c["phi"]  # noqa: E741
    s = S_STARTS
    wave = (
        s["fs"] * np.sin(l) ** 2
        + s["ss1"] * np.sin(l) ** 2 * np.cos(k)
        + s["ss2"] * np.sin(2 * l) * np.sin(k) * np.cos(phi)
        + s["ss3"] * np.sin(l) * np.sin(k) * np.cos(phi)
        + s["ss4"] * np.sin(l) * np.sin(k) * np.sin(phi)
        + s["ss5"] * np.sin(2 * l) * np.sin(k) * np.sin(phi)
    )
    return np.asarray((1 - s["fs"]) * 9 / 32 * _p_wave(c, 0.6, STARTS) + 3 / 16 * wave)


ROWS = ((0.0, 0.0, 0.0, 1.0), (2.0, 0.0, 0.0, -0.2), (0.0, 1.0, 0.0, 0.3), (1.0, 1.0, 2.0, 0.1))


def _acceptance(c: Columns) -> np.ndarray:
    l, k, phi = c["l"], c["k"], c["phi"] / np.pi  # noqa: E741
    return np.asarray(1 - 0.2 * (1.5 * l**2 - 0.5) + 0.3 * k + 0.1 * l * k * (1.5 * phi**2 - 0.5))


def _harmonics(c: Columns) -> np.ndarray:
    x, phi = c["k"], c["phi"]
    y10, y11 = math.sqrt(3 / (4 * np.pi)) * x, math.sqrt(3 / (4 * np.pi)) * np.sqrt(1 - x**2) * np.sin(phi)
    y22 = math.sqrt(15 / (16 * np.pi)) * (1 - x**2) * np.cos(2 * phi)
    return np.asarray(1 / (4 * np.pi) + 0.03 * y10 - 0.02 * y11 + 0.05 * y22)


P_WAVE = parameters({"fl": 0.6} | STARTS)
CASES = [
    Case("k_star_mu_mu", KStarMuMu(L, K, PHI, *P_WAVE), lambda c: _p_wave(c, 0.6, STARTS)),
    Case("with S wave", KStarMuMu(L, K, PHI, *P_WAVE, *parameters(S_STARTS)), _with_s_wave),
    Case(
        "through an acceptance",
        KStarMuMu(L, K, PHI, *P_WAVE, acceptance=ROWS),
        lambda c: _p_wave(c, 0.6, STARTS) * _acceptance(c),
    ),
    Case(
        "of part of the angles",
        KStarMuMu(
            Observable("l", -0.8, 0.9), Observable("k", 0.0, 1.0), Observable("phi", 0.0, 2.0), *P_WAVE
        ),
        lambda c: _p_wave(c, 0.6, STARTS),
    ),
    Case(
        "spherical_harmonics",
        SphericalHarmonics(
            K, PHI, ((1, 0), (1, -1), (2, 2)), tuple(parameters({"a": 0.03, "b": -0.02, "c": 0.05}))
        ),
        _harmonics,
    ),
    Case(
        "product",
        Product(
            (Gaussian(M, *parameters({"mu": 4.0, "sigma": 1.0})), Exponential(T, Parameter("slope", -0.5)))
        ),
        lambda c: np.exp(-((c["m"] - 4.0) ** 2) / 2 - 0.5 * c["t"]),
    ),
    Case(
        "conditional product",
        Product((Gaussian(T, Parameter("shift", 0.3) + 0.2 * M, 1.5), Formula(1.0 + M))),
        lambda c: (
            np.exp(-(((c["t"] - 0.3 - 0.2 * c["m"]) / 1.5) ** 2) / 2)
            * (1 + c["m"])
            / _inside((8.0 - 0.3 - 0.2 * c["m"]) / 1.5, (-2.0 - 0.3 - 0.2 * c["m"]) / 1.5)
        ),
    ),
]


def _inside(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return np.asarray(ndtr(high) - ndtr(low))


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


def test_every_one_has_a_case() -> None:
    assert {case.density.type for case in CASES} == SEVERAL


@every_case
def test_the_density_is_the_formula_over_its_integral(case: Case) -> None:
    columns, weight = case.grid()
    shape = case.shape(columns)
    found = evaluate([case.density.density(), case.density.log_density()], case.values, {"": columns})
    np.testing.assert_allclose(found[0], shape / np.sum(weight * shape), rtol=2e-9)
    np.testing.assert_allclose(np.exp(found[1]), found[0], rtol=1e-11)
    assert np.sum(weight * found[0]) == pytest.approx(1.0, abs=1e-9)


@every_case
def test_derivatives_agree_with_differences(case: Case) -> None:
    columns = {name: values[:: len(values) // 37] for name, values in case.grid()[0].items()}
    wrt = [param(parameter) for parameter in case.density.parameters]
    found = derivatives(case.density.log_density(), wrt, order=2)
    roots = [case.density.log_density(), *found.gradient]
    rows = len(next(iter(columns.values())))

    def at(**moved: float) -> np.ndarray:
        values = evaluate(roots, case.values | moved, {"": columns})
        return np.stack([np.broadcast_to(value, rows) for value in values])

    for i, node in enumerate(wrt):
        name, h = node.parameter.name, 1e-4
        there, back = at(**{name: case.values[name] + h}), at(**{name: case.values[name] - h})
        numeric = (there - back) / (2 * h)
        np.testing.assert_allclose(at()[1 + i], numeric[0], rtol=1e-5, atol=1e-6)
        for j in range(i, len(wrt)):
            entry = found.hessian.get((i, j))
            exact = 0.0 if entry is None else evaluate([entry], case.values, {"": columns})[0]
            np.testing.assert_allclose(np.broadcast_to(exact, rows), numeric[1 + j], rtol=1e-4, atol=1e-5)


@every_case
def test_events_have_the_moments_of_the_density(case: Case) -> None:
    events = sample(case.density, seed=5, size=20_000)
    columns, weight = case.grid()
    parts = weight * case.shape(columns)
    parts /= parts.sum()
    names = list(columns)
    for power in np.ndindex(*[3] * len(names)):
        of = [
            np.prod([c[name] ** p for name, p in zip(names, power, strict=True)], axis=0)
            for c in (columns, events)
        ]
        if not any(power):
            continue
        mean = np.sum(parts * of[0])
        spread = math.sqrt(np.sum(parts * (of[0] - mean) ** 2) / 20_000)
        assert abs(np.mean(of[1]) - mean) < 4.5 * spread, power
