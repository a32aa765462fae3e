"""iminuit with jax: the NLL and its gradient compiled by `jax.jit`, in double precision."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from iminuit import Minuit
from jax.scipy.special import erf, erfc
from numpy.typing import NDArray

from benchmarks.models import EARLY, HIGH, LATE, LOW, Case

jax.config.update("jax_enable_x64", True)
Array = NDArray[np.float64]


def _normal_integral(low: Any, high: Any) -> Any:
    return sqrt(pi / 2.0) * (erf(high / sqrt(2.0)) - erf(low / sqrt(2.0)))


def _gaussian(x: Any, mu: Any, sigma: Any) -> Any:
    t = (x - mu) / sigma
    return jnp.exp(-0.5 * t * t) / (sigma * _normal_integral((LOW - mu) / sigma, (HIGH - mu) / sigma))


def _exponential(x: Any, slope: Any) -> Any:
    return jnp.exp(slope * (x - LOW)) * slope / jnp.expm1(slope * (HIGH - LOW))


def _chebyshev(x: Any, c1: Any, c2: Any) -> Any:
    u = (x - (LOW + HIGH) / 2.0) * (2.0 / (HIGH - LOW))
    return (1.0 + c1 * u + c2 * (2.0 * u * u - 1.0)) / ((HIGH - LOW) * (1.0 - c2 / 3.0))


def _log_tail(t: Any, alpha: Any, n: Any) -> Any:
    """log of (n/alpha)^n exp(-alpha^2/2) (n/alpha - alpha - t)^-n, for t < -alpha."""
    inside = jnp.where(t < -alpha, 1.0 - alpha / n * (alpha + t), 1.0)
    return -0.5 * alpha * alpha - n * jnp.log(inside)


def _tail_integral(t: Any, alpha: Any, n: Any) -> Any:
    """The tail's integral from t to -alpha."""
    edge = jnp.exp(-0.5 * alpha * alpha) * n / (alpha * (n - 1.0))
    return edge * (1.0 - (1.0 - alpha / n * (alpha + t)) ** (1.0 - n))


def _crystal_ball(x: Any, mu: Any, sigma: Any, alpha: Any, n: Any) -> Any:
    t, low, high = (x - mu) / sigma, (LOW - mu) / sigma, (HIGH - mu) / sigma
    shape = jnp.exp(jnp.where(t < -alpha, _log_tail(t, alpha, n), -0.5 * t * t))
    return shape / (sigma * (_tail_integral(low, alpha, n) + _normal_integral(-alpha, high)))


def _double_crystal_ball(x: Any, mu: Any, sigma: Any, alpha_l: Any, n_l: Any, alpha_r: Any, n_r: Any) -> Any:
    t, low, high = (x - mu) / sigma, (LOW - mu) / sigma, (HIGH - mu) / sigma
    right = jnp.where(t > alpha_r, _log_tail(-t, alpha_r, n_r), -0.5 * t * t)
    shape = jnp.exp(jnp.where(t < -alpha_l, _log_tail(t, alpha_l, n_l), right))
    tails = _tail_integral(low, alpha_l, n_l) + _tail_integral(-high, alpha_r, n_r)
    return shape / (sigma * (tails + _normal_integral(-alpha_l, alpha_r)))


def _a(x: Any, p: Any) -> Any:
    return p[0] * _gaussian(x, p[1], p[2]) + p[3] * _exponential(x, p[4]), p[0] + p[3]


def _b(x: Any, p: Any) -> Any:
    return p[0] * _double_crystal_ball(x, *p[1:7]) + p[7] * _chebyshev(x, p[8], p[9]), p[0] + p[7]


def _b_mass(x: Any, p: Any) -> Any:
    return p[0] * _crystal_ball(x, *p[1:5]) + p[5] * _exponential(x, p[6]), p[0] + p[5]


def _smeared(t: Any, sigma: Any, tau: Any) -> Any:
    """exp(-s/tau)/tau convolved with a Gaussian."""
    ratio = sigma / tau
    return jnp.exp(0.5 * ratio**2 - t / tau) * erfc((ratio - t / sigma) / sqrt(2.0)) / (2.0 * tau)


def _emg(t: Any, sigma: Any, tau: Any) -> Any:
    """The same, normalised on the range of times."""
    late, early = (
        0.5 * erfc(-x / (sigma * sqrt(2.0))) - tau * _smeared(x, sigma, tau) for x in (LATE, EARLY)
    )
    return _smeared(t, sigma, tau) / (late - early)


def _c(x: Any, p: Any) -> Any:
    signal = _gaussian(x[0], p[1], p[2]) * _emg(x[1], p[7], p[3])
    background = _exponential(x[0], p[5]) * _emg(x[1], p[7], p[6])
    return p[0] * signal + p[4] * background, p[0] + p[4]


DENSITIES = {"A": _a, "B": _b, "B-mass": _b_mass, "C": _c}


def _nll(case: Case) -> Callable[[Any, Any], Any]:
    density = DENSITIES[case.name]

    def nll(p: Any, x: Any) -> Any:
        value, expected = density(x, p)
        return expected - jnp.sum(jnp.log(value))

    return nll


def functions(case: Case, data: Array, start: Array) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The NLL and its gradient at a point of shape (P,), both compiled already."""
    x, nll = jnp.asarray(data), _nll(case)
    value, gradient = jax.jit(nll), jax.jit(jax.grad(nll))
    value(jnp.asarray(start), x).block_until_ready()
    gradient(jnp.asarray(start), x).block_until_ready()
    return lambda p: float(value(p, x)), lambda p: np.asarray(gradient(p, x))


def hessian(case: Case, data: Array) -> Callable[[Array], Array]:
    """The exact Hessian (P, P) of the NLL, which the fits do not use."""
    x, second = jnp.asarray(data), jax.jit(jax.hessian(_nll(case)))
    return lambda p: np.asarray(second(jnp.asarray(p), x))


def minuit(case: Case, data: Array, start: Array) -> Minuit:
    """A fit that has not run yet; compiled, so that its time is that of a repeated fit."""
    nll, gradient = functions(case, data, start)
    made = Minuit(nll, start, grad=gradient, name=list(case.truths))
    made.errordef = Minuit.LIKELIHOOD
    for name, truth in case.truths.items():
        made.limits[name] = tuple(limit * (data.shape[-1] if truth.share else 1) for limit in truth.limits)
    return made
