"""Cases of decay times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import log_ndtr, wofz

from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BDecay, Decay, ExponentiallyModifiedGaussian

from .case import MASS, Case, parameters

TIME = Observable("t", -2.0, 10.0)
LATE = Observable("t", 0.3, 10.0)
EARLY = Observable("t", -10.0, 2.0)
Shape = Callable[[np.ndarray], np.ndarray]


def emg(name: str, mu: float, sigma: float, tau: float) -> Case:
    def log_shape(x: np.ndarray) -> np.ndarray:
        u = (x - mu) / sigma
        if tau == 0.0:
            return -(u**2) / 2
        v, k = (u if tau > 0 else -u), sigma / abs(tau)
        return k**2 / 2 - k * v + log_ndtr(v - k)

    top = log_shape(MASS.low + MASS.width * np.linspace(0.0, 1.0, 101)).max()

    def shape(x: np.ndarray) -> np.ndarray:
        return np.exp(log_shape(x) - top)

    # A tail that is much shorter than the Gaussian is felt by its square.
    scales = {"mu": min(20.0, sigma), "tau": 0.1 * sigma if abs(tau) < sigma else abs(tau)}
    values = parameters(mu=mu, sigma=sigma, tau=tau)
    return Case(f"emg {name}", ExponentiallyModifiedGaussian(MASS, *values), shape, scales=scales)


def _exponential(t: np.ndarray, rate: complex, sigma: float) -> np.ndarray:
    """exp(-rate t) from zero on, convolved with a Gaussian around zero (none for no width)."""
    if not sigma:
        return np.where(t > 0, np.exp(-rate * np.maximum(t, 0.0)), 0.0)
    u = t / sigma
    z, gauss = (sigma * rate - u) / np.sqrt(2), np.exp(-(u**2) / 2)
    early = gauss * wofz(1j * np.where(z.real > 0, z, 1.0)) / 2
    pole = np.exp(np.where(z.real > 0, 0.0, sigma * rate * (sigma * rate / 2 - u)))
    return np.where(z.real > 0, early, pole - gauss * wofz(-1j * np.where(z.real > 0, -1.0, z)) / 2)


def decay_shape(
    rates: dict[complex, complex], means: list[float], sigmas: list[float], shares: list[float], side: float
) -> Shape:
    """The real part of a sum of exponentials with their coefficients, seen with a resolution."""

    def shape(t: np.ndarray) -> np.ndarray:
        total = np.zeros(t.shape)
        for mean, sigma, share in zip(means, sigmas, shares, strict=True):
            for rate, coefficient in rates.items():
                if side >= 0:
                    total += share * np.real(coefficient * _exponential(t - mean, rate, sigma))
                if side <= 0:
                    total += share * np.real(np.conj(coefficient) * _exponential(mean - t, rate, sigma))
        return total

    return shape


def decay(
    name: str, x: Observable, tau: float, *gaussians: tuple[float, float, float], side: float = 1.0
) -> Case:
    """`gaussians` are mean, width and fraction."""
    means, sigmas, shares = zip(*(gaussians or [(0.0, 0.0, 1.0)]), strict=True)
    held = parameters(tau=tau) + (_resolution(gaussians) if gaussians else ())
    shape = decay_shape({1 / tau: 1.0}, means, sigmas, shares, side)
    return Case(f"decay {name}", Decay(x, *held, side=side), shape, smooth=bool(gaussians))


def b_decay(
    name: str,
    x: Observable,
    values: tuple[float, float, float, float, float, float, float],
    *gaussians: tuple[float, float, float],
    side: float = 1.0,
) -> Case:
    tau, delta_gamma, delta_m, c_cosh, c_sinh, c_cos, c_sin = values
    names = ("tau", "delta_gamma", "delta_m", "c_cosh", "c_sinh", "c_cos", "c_sin")
    held = parameters(**dict(zip(names, values, strict=True)))
    means, sigmas, shares = zip(*(gaussians or [(0.0, 0.0, 1.0)]), strict=True)
    rates = {1 / tau - delta_gamma / 2: (c_cosh + c_sinh) / 2}
    rates[1 / tau + delta_gamma / 2] = rates.get(1 / tau + delta_gamma / 2, 0.0) + (c_cosh - c_sinh) / 2
    # The sine of a mirrored decay changes sign by the conjugate, the hyperbolic one by the exchange of rates.
    rates[1 / tau - 1j * delta_m] = c_cos - 1j * c_sin

    if side <= 0:
        mirrored = {1 / tau - delta_gamma / 2: (c_cosh - c_sinh) / 2}
        other = 1 / tau + delta_gamma / 2
        mirrored[other] = mirrored.get(other, 0.0) + (c_cosh + c_sinh) / 2
        mirrored[1 / tau - 1j * delta_m] = c_cos - 1j * c_sin
        negative = decay_shape(mirrored, means, sigmas, shares, -1.0)
    positive = decay_shape(rates, means, sigmas, shares, 1.0)

    def shape(t: np.ndarray) -> np.ndarray:
        parts = [positive(t)] if side >= 0 else []
        return np.sum([*parts, negative(t)] if side <= 0 else parts, axis=0)

    held += _resolution(gaussians) if gaussians else ()
    return Case(f"b_decay {name}", BDecay(x, *held, side=side), shape, smooth=bool(gaussians))


def _resolution(gaussians: tuple[tuple[float, float, float], ...]) -> tuple[tuple, tuple, tuple]:
    """The fields of a resolution: means, widths, and fractions of all but the last."""
    means, sigmas, shares = zip(*gaussians, strict=True)
    return (
        parameters(**{f"mean{i}": value for i, value in enumerate(means)}),
        parameters(**{f"sigma{i}": value for i, value in enumerate(sigmas)}),
        parameters(**{f"share{i}": value for i, value in enumerate(shares[:-1])}),
    )


CASES = [
    emg("tail to the right", 5200, 20, 80),
    emg("tail to the left", 5700, 30, -60),
    emg("short tail", 5300, 40, 2),
    emg("no tail", 5300, 40, 0.0),
    emg("long tail", 5020, 10, 3000),
    emg("narrow", 5280, 0.5, 200),
    emg("all tail", 4700, 30, 100),
    emg("all tail, to the left", 6300, 30, -100),
    emg("beyond the upper bound", 6200, 40, 100),
    emg("wide", 5500, 800, 400),
    decay("with a resolution", TIME, 1.5, (0.02, 0.06, 1.0)),
    decay("exact", LATE, 1.5),
    decay("exact, from zero on", TIME, 1.5),
    decay("exact, to zero", TIME, 1.5, side=-1.0),
    decay("exact, both sides", TIME, 1.5, side=0.0),
    decay("with a resolution, both sides", TIME, 1.5, (0.02, 0.06, 1.0), side=0.0),
    decay("with a resolution, other side", EARLY, 1.5, (0.02, 0.06, 1.0), side=-1.0),
    decay("short", TIME, 0.05, (0.0, 0.5, 1.0)),
    decay("all resolution", TIME, 0.004, (0.1, 0.5, 1.0)),
    decay("long", TIME, 400.0, (0.1, 0.5, 1.0)),
    decay("late", LATE, 1.5, (0.0, 0.001, 1.0)),
    decay("three Gaussians", TIME, 1.5, (0.0, 0.04, 0.6), (0.01, 0.1, 0.3), (-0.05, 0.5, 0.1)),
    b_decay("with a resolution", TIME, (1.5, 0.1, 17.8, 1.0, 0.3, 0.4, -0.2), (0.0, 0.04, 1.0)),
    b_decay("exact", LATE, (1.5, 0.1, 17.8, 1.0, 0.3, 0.4, -0.2)),
    b_decay("exact, both sides", TIME, (1.5, -0.3, 0.51, 1.0, 0.2, 0.1, 0.7), side=0.0),
    b_decay("exact, no difference of widths", TIME, (1.5, 0.0, 0.51, 1.0, 0.0, 0.0, 0.7)),
    b_decay("slow oscillation", TIME, (1.5, -0.8, 0.51, 1.0, -0.3, 0.4, -0.2), (0.01, 0.3, 1.0)),
    b_decay(
        "two Gaussians, both sides",
        TIME,
        (1.5, 0.4, 0.51, 1.0, 0.3, 0.1, 0.5),
        (0.0, 0.3, 0.7),
        (0.1, 0.9, 0.3),
        side=0.0,
    ),
    b_decay("other side", EARLY, (1.5, 0.4, 1.5, 1.0, 0.3, 0.1, 0.5), (0.0, 0.3, 1.0), side=-1.0),
    b_decay("washed out", TIME, (1.5, 0.2, 10.0, 1.0, 0.3, 0.4, -0.2), (0.0, 0.5, 1.0)),
]
