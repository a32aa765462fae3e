"""Cases of resonances."""

from __future__ import annotations

import numpy as np
from scipy.special import voigt_profile

from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BreitWigner, Flatte, RelativisticBreitWigner, ResonanceBreitWigner, Voigtian

from .case import MASS, Case, parameters

PAIR, OPEN = Observable("m", 0.3, 1.8), Observable("m", 0.2, 1.8)
PION, KAON = 0.1396, 0.4937
Array = np.ndarray


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


def _squared_momentum(m: Array, m_a: float, m_b: float) -> Array:
    return (m**2 - (m_a + m_b) ** 2) * (m**2 - (m_a - m_b) ** 2) / (4 * m**2)


def resonance(
    name: str, x: Observable, mean: float, width: float, m_a: float, m_b: float, spin: int, radius: float
) -> Case:
    def shape(m: Array) -> Array:
        safe = np.where(m > m_a + m_b, m, mean)
        q, q0 = _squared_momentum(safe, m_a, m_b), _squared_momentum(np.array(mean), m_a, m_b)
        z, z0 = q * radius**2, q0 * radius**2
        barrier = [1.0, (1 + z0) / (1 + z), (9 + 3 * z0 + z0**2) / (9 + 3 * z + z**2)][spin]
        running = width * (q / q0) ** (spin + 0.5) * mean / safe * barrier
        return np.where(
            m > m_a + m_b, safe * running / ((mean**2 - safe**2) ** 2 + mean**2 * running**2), 0.0
        )

    starts = parameters(mean=mean, width=width)
    density = ResonanceBreitWigner(x, *starts, m_a, m_b, float(spin), *parameters(radius=radius))
    scales = {"mean": min(width, mean - m_a - m_b), "width": width}
    return Case(f"resonance_breit_wigner {name}", density, shape, smooth=False, scales=scales)


def flatte(name: str, x: Observable, mean: float, g_1: float, g_2: float, m_1: float, m_2: float) -> Case:
    def shape(m: Array) -> Array:
        safe = np.where(m > 2 * m_1, m, mean + 2 * m_1).astype(complex)
        first, second = (np.sqrt(1 - 4 * mass**2 / safe**2) for mass in (m_1, m_2))
        amplitude = 1 / (mean**2 - safe**2 - 1j * mean * (g_1 * first + g_2 * second))
        return np.where(m > 2 * m_1, m * first.real * np.abs(amplitude) ** 2, 0.0)

    starts = parameters(mean=mean, g_1=g_1, g_2=g_2)
    width = 0.3 * (g_1 + g_2)
    scales = {"mean": width, "g_1": width, "g_2": width}
    return Case(f"flatte {name}", Flatte(x, *starts, m_1, m_1, m_2, m_2), shape, smooth=False, scales=scales)


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
    resonance("ordinary", PAIR, 0.775, 0.149, PION, PION, 1, 5.0),
    resonance("across its threshold", OPEN, 0.775, 0.149, PION, PION, 1, 5.0),
    resonance("narrow", PAIR, 1.0195, 0.00425, KAON, KAON, 1, 1.5),
    resonance("scalar", OPEN, 0.85, 0.47, KAON, PION, 0, 2.0),
    resonance("tensor", PAIR, 1.2755, 0.187, PION, PION, 2, 5.0),
    resonance("without barrier", PAIR, 0.775, 0.149, PION, PION, 1, 0.0),
    flatte("ordinary", PAIR, 0.98, 0.165, 0.695, PION, KAON),
    flatte("across its threshold", OPEN, 0.94, 0.2, 0.6, PION, KAON),
    flatte("in its second channel", PAIR, 0.98, 0.5, 0.2, KAON, PION),
    flatte("narrow", PAIR, 0.98, 0.01, 0.03, PION, KAON),
]
