"""Cases of signals."""

from __future__ import annotations

import numpy as np

from morefit_py.pdfs import CrystalBall, DoubleCrystalBall, Gaussian

from .case import MASS, Case, parameters


def gaussian(name: str, mu: float, sigma: float) -> Case:
    return Case(
        f"gaussian {name}",
        Gaussian(MASS, *parameters(mu=mu, sigma=sigma)),
        lambda x: np.exp(-(((x - mu) / sigma) ** 2) / 2),
    )


def _crystal_ball(t: np.ndarray, alpha: float, n: float) -> np.ndarray:
    b = n / alpha - alpha
    power = np.exp(n * np.log(n / alpha) - alpha**2 / 2 - n * np.log(np.where(t < -alpha, b - t, n / alpha)))
    return np.where(t > -alpha, np.exp(-(t**2) / 2), power)


def crystal_ball(name: str, mu: float, sigma: float, alpha: float, n: float) -> Case:
    return Case(
        f"crystal_ball {name}",
        CrystalBall(MASS, *parameters(mu=mu, sigma=sigma, alpha=alpha, n=n)),
        lambda x: _crystal_ball((x - mu) / sigma, alpha, n),
    )


def double_crystal_ball(
    name: str, mu: float, sigma: float, alpha_l: float, n_l: float, alpha_r: float, n_r: float
) -> Case:
    starts = {"mu": mu, "sigma": sigma, "alpha_l": alpha_l, "n_l": n_l, "alpha_r": alpha_r, "n_r": n_r}

    def shape(x: np.ndarray) -> np.ndarray:
        t = (x - mu) / sigma
        return np.where(t < 0, _crystal_ball(t, alpha_l, n_l), _crystal_ball(-t, alpha_r, n_r))

    return Case(f"double_crystal_ball {name}", DoubleCrystalBall(MASS, *parameters(**starts)), shape)


CASES = [
    gaussian("centred", 5500, 50),
    gaussian("beyond the lower bound", 4800, 40),
    gaussian("beyond the upper bound", 6300, 60),
    gaussian("at a bound", 5000, 30),
    gaussian("narrow", 5280, 0.8),
    gaussian("wide", 5300, 20000),
    crystal_ball("ordinary", 5280, 20, 1.3, 3),
    crystal_ball("n near 1", 5280, 20, 1.3, 1.0 + 1e-7),
    crystal_ball("large n", 5280, 20, 1.3, 1e4),
    crystal_ball("long tail", 5900, 15, 0.2, 1.5),
    crystal_ball("small n over alpha", 5700, 10, 4.0, 1.01),
    crystal_ball("all core", 5020, 30, 3.0, 4),
    crystal_ball("all tail", 6500, 60, 1.0, 5),
    crystal_ball("right flank only", 4900, 40, 1.5, 2),
    crystal_ball("join at the lower bound", 5030, 20, 1.5, 2),
    crystal_ball("join at the upper bound", 6030, 20, 1.5, 2),
    crystal_ball("wide", 5500, 5000, 0.5, 2),
    double_crystal_ball("ordinary", 5280, 20, 1.3, 3, 1.8, 5),
    double_crystal_ball("symmetric", 5500, 20, 1.3, 3, 1.3, 3),
    double_crystal_ball("large n", 5280, 20, 1.3, 1e4, 1.3, 1e4),
    double_crystal_ball("all core", 5500, 300, 2.0, 3, 2.5, 3),
    double_crystal_ball("left tail only", 6500, 60, 1.0, 5, 1.2, 3),
    double_crystal_ball("right tail only", 4700, 40, 1.0, 5, 1.2, 3),
    double_crystal_ball("core and right tail", 4995, 40, 1.0, 5, 1.2, 3),
]
