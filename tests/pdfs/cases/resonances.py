"""Cases of resonances."""

from __future__ import annotations

from scipy.special import voigt_profile

from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BreitWigner, RelativisticBreitWigner, Voigtian

from .case import MASS, Case, parameters

PAIR = Observable("m", 0.3, 1.8)


def breit_wigner(name: str, mean: float, width: float) -> Case:
    return Case(
        f"breit_wigner {name}",
        BreitWigner(MASS, *parameters(mean=mean, width=width)),
        lambda x: 1 / ((x - mean) ** 2 + width**2 / 4),
        scales={"mean": width, "width": width},
    )


def relativistic_breit_wigner(name: str, mean: float, width: float) -> Case:
    return Case(
        f"relativistic_breit_wigner {name}",
        RelativisticBreitWigner(PAIR, *parameters(mean=mean, width=width)),
        lambda m: 1 / ((m**2 - mean**2) ** 2 + mean**2 * width**2),
        scales={"mean": width, "width": width},
    )


def voigtian(name: str, mu: float, sigma: float, gamma: float) -> Case:
    return Case(
        f"voigtian {name}",
        Voigtian(MASS, *parameters(mu=mu, sigma=sigma, gamma=gamma)),
        lambda x: voigt_profile(x - mu, sigma, gamma),
        scales={"mu": sigma + gamma, "sigma": sigma, "gamma": gamma or sigma},
    )


CASES = [
    breit_wigner("ordinary", 5280, 20),
    breit_wigner("narrow", 5280, 2),
    breit_wigner("beyond the lower bound", 4500, 30),
    breit_wigner("at a bound", 6000, 30),
    breit_wigner("wide", 5500, 20000),
    relativistic_breit_wigner("ordinary", 0.775, 0.149),
    relativistic_breit_wigner("narrow", 1.0195, 0.00425),
    relativistic_breit_wigner("beyond the lower bound", 0.1, 0.02),
    relativistic_breit_wigner("beyond the upper bound", 2.5, 0.4),
    relativistic_breit_wigner("wider than its mass", 0.5, 2.0),
    voigtian("ordinary", 5280, 20, 10),
    voigtian("nearly Gaussian", 5280, 20, 1e-3),
    voigtian("gamma zero at its limit", 5280, 60, 0.0),
    voigtian("nearly Breit-Wigner", 5280, 0.5, 20),
    voigtian("narrow", 5280, 2, 1),
    voigtian("beyond the lower bound", 4600, 60, 30),
    voigtian("at a bound", 6000, 20, 10),
    voigtian("wide", 5500, 2000, 5000),
]
