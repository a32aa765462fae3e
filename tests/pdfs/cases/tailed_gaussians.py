"""Cases of Gaussian cores with tails."""

from __future__ import annotations

import numpy as np

from morefit_py.pdfs import (
    AsymmetricCrystalBall,
    BifurcatedGaussian,
    Cruijff,
    ExpGaussExp,
    GaussExp,
    RightCrystalBall,
)

from .case import MASS, Case, parameters
from .peaks import _crystal_ball

Array = np.ndarray


def bifurcated(name: str, mu: float, sigma_l: float, sigma_r: float) -> Case:
    starts = {"mu": mu, "sigma_l": sigma_l, "sigma_r": sigma_r}

    def shape(x: Array) -> Array:
        return np.exp(-(((x - mu) / np.where(x < mu, sigma_l, sigma_r)) ** 2) / 2)

    density = BifurcatedGaussian(MASS, *parameters(**starts))
    return Case(f"bifurcated_gaussian {name}", density, shape, scales=_scales(starts))


def right_crystal_ball(name: str, mu: float, sigma: float, alpha: float, n: float) -> Case:
    return Case(
        f"right_crystal_ball {name}",
        RightCrystalBall(MASS, *parameters(mu=mu, sigma=sigma, alpha=alpha, n=n)),
        lambda x: _crystal_ball((mu - x) / sigma, alpha, n),
    )


def asymmetric_crystal_ball(
    name: str,
    mu: float,
    sigma_l: float,
    sigma_r: float,
    alpha_l: float,
    n_l: float,
    alpha_r: float,
    n_r: float,
) -> Case:
    starts = {"mu": mu, "sigma_l": sigma_l, "sigma_r": sigma_r}
    starts |= {"alpha_l": alpha_l, "n_l": n_l, "alpha_r": alpha_r, "n_r": n_r}

    def shape(x: Array) -> Array:
        left = _crystal_ball((x - mu) / sigma_l, alpha_l, n_l)
        return np.where(x < mu, left, _crystal_ball((mu - x) / sigma_r, alpha_r, n_r))

    density = AsymmetricCrystalBall(MASS, *parameters(**starts))
    return Case(f"asymmetric_crystal_ball {name}", density, shape, scales=_scales(starts))


def _gauss_exp(t: Array, alpha: float) -> Array:
    return np.exp(np.where(t > -alpha, -(t**2) / 2, alpha**2 / 2 + alpha * t))


def gauss_exp(name: str, mu: float, sigma: float, alpha: float) -> Case:
    return Case(
        f"gauss_exp {name}",
        GaussExp(MASS, *parameters(mu=mu, sigma=sigma, alpha=alpha)),
        lambda x: _gauss_exp((x - mu) / sigma, alpha),
    )


def exp_gauss_exp(
    name: str, mu: float, sigma_l: float, sigma_r: float, alpha_l: float, alpha_r: float
) -> Case:
    starts = {"mu": mu, "sigma_l": sigma_l, "sigma_r": sigma_r, "alpha_l": alpha_l, "alpha_r": alpha_r}

    def shape(x: Array) -> Array:
        right = _gauss_exp((mu - x) / sigma_r, alpha_r)
        return np.where(x < mu, _gauss_exp((x - mu) / sigma_l, alpha_l), right)

    density = ExpGaussExp(MASS, *parameters(**starts))
    return Case(f"exp_gauss_exp {name}", density, shape, scales=_scales(starts))


def cruijff(name: str, mu: float, sigma_l: float, sigma_r: float, alpha_l: float, alpha_r: float) -> Case:
    starts = {"mu": mu, "sigma_l": sigma_l, "sigma_r": sigma_r, "alpha_l": alpha_l, "alpha_r": alpha_r}

    def shape(x: Array) -> Array:
        sigma, alpha = np.where(x < mu, sigma_l, sigma_r), np.where(x < mu, alpha_l, alpha_r)
        return np.exp(-((x - mu) ** 2) / (2 * sigma**2 + alpha * (x - mu) ** 2))

    scales = _scales(starts) | {"alpha_l": 0.1, "alpha_r": 0.1}
    return Case(f"cruijff {name}", Cruijff(MASS, *parameters(**starts)), shape, scales=scales)


def _scales(starts: dict[str, float]) -> dict[str, float]:
    return {"mu": min(20.0, starts["sigma_l"])} | {name: starts[name] for name in ("sigma_l", "sigma_r")}


CASES = [
    bifurcated("ordinary", 5280, 15, 30),
    bifurcated("symmetric", 5280, 20, 20),
    bifurcated("narrow", 5280, 0.8, 1.1),
    bifurcated("left flank only", 6200, 60, 20),
    bifurcated("right flank only", 4800, 20, 60),
    bifurcated("wide", 5300, 20000, 15000),
    right_crystal_ball("ordinary", 5280, 20, 1.3, 3),
    right_crystal_ball("n near 1", 5280, 20, 1.3, 1.0 + 1e-7),
    right_crystal_ball("all core", 5950, 30, 3.0, 4),
    right_crystal_ball("all tail", 4500, 60, 1.0, 5),
    right_crystal_ball("left flank only", 6100, 40, 1.5, 2),
    right_crystal_ball("join at the upper bound", 5970, 20, 1.5, 2),
    asymmetric_crystal_ball("ordinary", 5280, 15, 25, 1.3, 3, 1.8, 5),
    asymmetric_crystal_ball("large n", 5280, 15, 25, 1.3, 1e4, 1.3, 1e4),
    asymmetric_crystal_ball("all core", 5500, 300, 400, 2.0, 3, 2.5, 3),
    asymmetric_crystal_ball("left tail only", 6500, 60, 40, 1.0, 5, 1.2, 3),
    asymmetric_crystal_ball("right tail only", 4700, 60, 40, 1.0, 5, 1.2, 3),
    asymmetric_crystal_ball("right flank only", 4995, 60, 40, 1.0, 5, 1.2, 3),
    gauss_exp("ordinary", 5280, 20, 1.3),
    gauss_exp("long tail", 5700, 20, 0.05),
    gauss_exp("all core", 5500, 100, 7.0),
    gauss_exp("all tail", 6500, 60, 1.0),
    gauss_exp("right flank only", 4900, 40, 1.5),
    gauss_exp("join at the lower bound", 5030, 20, 1.5),
    exp_gauss_exp("ordinary", 5280, 15, 25, 1.3, 0.8),
    exp_gauss_exp("long tails", 5500, 15, 25, 0.05, 0.08),
    exp_gauss_exp("all core", 5500, 100, 150, 7.0, 8.0),
    exp_gauss_exp("left tail only", 6200, 60, 40, 1.0, 1.2),
    exp_gauss_exp("right tail only", 4800, 60, 40, 1.0, 1.2),
    cruijff("ordinary", 5280, 15, 25, 0.15, 0.3),
    cruijff("nearly Gaussian", 5280, 15, 25, 1e-6, 0.01),
    cruijff("Gaussian", 5280, 15, 25, 0.0, 0.0),
    cruijff("about to level off", 5280, 15, 25, 0.0222, 0.0223),
    cruijff("nearly flat", 5280, 15, 25, 5.0, 20.0),
    cruijff("narrow", 5280, 0.8, 1.1, 0.2, 0.1),
    cruijff("left flank only", 6300, 60, 40, 0.02, 0.1),
    cruijff("right flank only", 4500, 60, 40, 0.1, 0.05),
]
