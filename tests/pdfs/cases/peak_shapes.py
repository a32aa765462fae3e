"""Cases of peaks that are no Gaussians at their core."""

from __future__ import annotations

import numpy as np

from morefit_py.pdfs import Apollonios, Bukin, JohnsonSU, Landau, Novosibirsk, StudentT

from .case import MASS, Case, parameters

Array = np.ndarray


def student_t(name: str, mu: float, sigma: float, nu: float) -> Case:
    return Case(
        f"student_t {name}",
        StudentT(MASS, *parameters(mu=mu, sigma=sigma, nu=nu)),
        lambda x: (1 + ((x - mu) / sigma) ** 2 / nu) ** (-(nu + 1) / 2),
    )


def johnson_su(name: str, mu: float, lambd: float, gamma: float, delta: float) -> Case:
    def shape(x: Array) -> Array:
        z = (x - mu) / lambd
        return np.exp(-((gamma + delta * np.arcsinh(z)) ** 2) / 2) / np.sqrt(1 + z**2)

    starts = parameters(mu=mu, lambd=lambd, gamma=gamma, delta=delta)
    return Case(f"johnson_su {name}", JohnsonSU(MASS, *starts), shape, scales={"lambd": lambd})


def novosibirsk(name: str, peak: float, width: float, tail: float) -> Case:
    def shape(x: Array) -> Array:
        if tail == 0:
            return np.exp(-(((x - peak) / width) ** 2) / 2)
        stretch = np.sinh(tail * np.sqrt(np.log(4))) / (tail * np.sqrt(np.log(4)))
        inside = 1 + tail * stretch * (x - peak) / width
        q = np.log(np.where(inside > 0, inside, 1)) / tail
        return np.where(inside > 0, np.exp(-(q**2) / 2), 0.0)

    scales = {"peak": width, "width": width, "tail": 0.1}
    starts = parameters(peak=peak, width=width, tail=tail)
    return Case(f"novosibirsk {name}", Novosibirsk(MASS, *starts), shape, scales=scales)


def bukin(name: str, peak: float, width: float, xi: float, rho_l: float, rho_r: float) -> Case:
    full = 2 * np.sqrt(np.log(4)) * width
    root = np.sqrt(xi**2 + 1)
    x_l, x_r = peak + full / 2 * (xi / root - 1), peak + full / 2 * (xi / root + 1)

    def shape(x: Array) -> Array:
        ratio = 1.0 if xi == 0 else xi / np.log(xi + root)
        if xi == 0:
            core = 2 * (x - peak) / full
        else:
            inside = 1 + 4 * xi * root * (np.clip(x, x_l, x_r) - peak) / full
            core = np.log(inside) / np.log(1 + 2 * xi * (xi - root))
        log_2 = np.log(2)
        left = (
            rho_l * ((x - x_l) / (peak - x_l)) ** 2
            + 4 * log_2 * ratio * root * (x - x_l) / full / (root - xi) ** 2
        )
        right = (
            rho_r * ((x - x_r) / (peak - x_r)) ** 2
            - 4 * log_2 * ratio * root * (x - x_r) / full / (root + xi) ** 2
        )
        tails = np.where(x < x_l, left, right) - log_2
        return np.exp(np.where((x < x_l) | (x > x_r), tails, -log_2 * core**2))

    starts = parameters(peak=peak, width=width, xi=xi, rho_l=rho_l, rho_r=rho_r)
    scales = {"peak": width, "width": width, "xi": 0.1, "rho_l": 0.01, "rho_r": 0.01}
    return Case(f"bukin {name}", Bukin(MASS, *starts), shape, scales=scales)


def apollonios(name: str, mu: float, sigma: float, b: float, a: float, n: float) -> Case:
    def shape(x: Array) -> Array:
        t, root = (x - mu) / sigma, np.sqrt(1 + a**2)
        offset = n * root / (b * a)
        beyond = np.where(t < -a, offset - a - t, offset)
        tail = np.exp(-b * (root - 1) + n * np.log(offset / beyond))
        return np.where(t < -a, tail, np.exp(-b * (np.sqrt(1 + t**2) - 1)))

    starts = parameters(mu=mu, sigma=sigma, b=b, a=a, n=n)
    return Case(f"apollonios {name}", Apollonios(MASS, *starts), shape)


def landau(name: str, mu: float, c: float) -> Case:
    return Case(
        f"landau {name}",
        Landau(MASS, *parameters(mu=mu, c=c)),
        lambda x: _landau((x - mu) / c),
        scales={"mu": c, "c": c},
    )


def _landau(t: Array) -> Array:
    """By the integral that defines it right of t = 1, and on its path of steepest descent left of it."""
    t = np.asarray(t)[..., None]
    angle = (np.arange(400) + 0.5) / 400
    # Dense towards the ends.
    angle, weight = (
        np.pi * (angle - np.sin(2 * np.pi * angle) / (2 * np.pi)),
        (1 - np.cos(2 * np.pi * angle)) / 400,
    )
    steep = np.log(angle / np.sin(angle)) - angle / np.tan(angle)
    h = np.exp(np.minimum(steep - np.minimum(t, 1), 300.0))
    left = (h * np.exp(-h)) @ weight
    v = np.arange(-4, 5, 1 / 16)
    u = np.exp(v - np.exp(-v)) / np.maximum(t, 1)
    terms = np.exp(-u * np.maximum(t, 1) - u * np.log(u)) * np.sin(np.pi * u) / np.pi
    right = np.sum(terms * u * (1 + np.exp(-v)), axis=-1) / 16
    return np.where(t[..., 0] > 1, right, left)


CASES = [
    student_t("ordinary", 5280, 20, 4.0),
    student_t("Breit-Wigner", 5280, 20, 1.0),
    student_t("slow", 5280, 20, 0.3),
    student_t("nearly Gaussian", 5280, 20, 1e5),
    student_t("narrow", 5280, 0.8, 3.0),
    student_t("beyond the lower bound", 4500, 60, 30.0),
    student_t("at a bound", 6000, 30, 2.0),
    student_t("wide", 5300, 5000, 3.0),
    johnson_su("ordinary", 5280, 20, 0.5, 1.5),
    johnson_su("symmetric", 5500, 60, 0.0, 0.8),
    johnson_su("nearly Gaussian", 5280, 2000, 0.3, 100.0),
    johnson_su("beyond the lower bound", 4500, 60, -0.5, 1.5),
    novosibirsk("ordinary", 5280, 20, 0.3),
    novosibirsk("negative tail", 5280, 20, -0.4),
    novosibirsk("Gaussian", 5280, 20, 0.0),
    novosibirsk("nearly Gaussian", 5280, 20, 1e-7),
    novosibirsk("long tail", 5300, 150, 1.0),
    novosibirsk("beyond the upper bound", 6150, 60, -0.2),
    bukin("ordinary", 5280, 20, -0.15, -0.05, -0.1),
    bukin("symmetric", 5280, 20, 0.0, -0.05, -0.05),
    bukin("nearly symmetric", 5280, 20, 1e-7, -0.05, -0.05),
    bukin("exponential tails", 5280, 20, 0.2, 0.0, 0.0),
    bukin("rising tails", 5500, 60, 0.1, 0.1, 0.05),
    bukin("all core", 5500, 600, 0.1, -0.1, -0.1),
    bukin("left tail only", 6300, 60, 0.3, -0.01, -0.1),
    bukin("right tail only", 4800, 40, 0.3, -0.01, 0.02),
    apollonios("ordinary", 5280, 20, 1.5, 2.0, 3.0),
    apollonios("nearly Gaussian", 5500, 600, 900.0, 0.07, 3.0),
    apollonios("slow", 5280, 20, 0.1, 2.0, 2.0),
    apollonios("n near 1", 5280, 20, 1.5, 2.0, 1.0 + 1e-7),
    apollonios("all tail", 6500, 60, 1.5, 1.0, 5.0),
    apollonios("right flank only", 4800, 40, 1.0, 2.0, 3.0),
    landau("ordinary", 5280, 20),
    landau("narrow", 5280, 2),
    landau("beyond the lower bound", 4500, 60),
    landau("beyond the upper bound", 6100, 60),
    landau("at a bound", 5000, 30),
    landau("wide", 5300, 5000),
]
