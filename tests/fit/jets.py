"""Second-order Taylor arithmetic over events: the tests' own exact derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from scipy.special import erf


@dataclass(frozen=True)
class Jet:
    """A value with gradient and Hessian in P parameters: arrays (...), (P, ...), (P, P, ...)."""

    v: np.ndarray
    g: np.ndarray
    h: np.ndarray

    __array_ufunc__ = None

    def _chain(self, v, first, second):
        g = first * self.g
        h = first * self.h + second * self.g[:, None] * self.g[None, :]
        return Jet(v, g, h)

    def __add__(self, other):
        if isinstance(other, Jet):
            return Jet(self.v + other.v, self.g + other.g, self.h + other.h)
        return Jet(self.v + other, self.g + 0 * other, self.h + 0 * other)

    def __mul__(self, other):
        if isinstance(other, Jet):
            cross = self.g[:, None] * other.g[None, :] + other.g[:, None] * self.g[None, :]
            g = self.g * other.v + other.g * self.v
            return Jet(self.v * other.v, g, self.h * other.v + other.h * self.v + cross)
        return Jet(self.v * other, self.g * other, self.h * other)

    def __pow__(self, n):
        return self._chain(self.v**n, n * self.v ** (n - 1), n * (n - 1) * self.v ** (n - 2))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * (other**-1 if isinstance(other, Jet) else 1.0 / other)

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__ = __add__
    __rmul__ = __mul__

    def sum(self):
        return Jet(*(part.sum(axis=-1, keepdims=True) for part in (self.v, self.g, self.h)))


def variables(theta):
    """One jet per parameter, with a trailing axis that broadcasts over events."""
    size = len(theta)
    eye = np.eye(size)
    return [Jet(np.array([t]), eye[i][:, None], np.zeros((size, size, 1))) for i, t in enumerate(theta)]


def exp(x):
    e = np.exp(x.v)
    return x._chain(e, e, e)


def log(x):
    return x._chain(np.log(x.v), 1 / x.v, -1 / x.v**2)


def erf_(x):
    first = 2 / sqrt(pi) * np.exp(-(x.v**2))
    return x._chain(erf(x.v), first, -2 * x.v * first)


def where(condition, a, b):
    return Jet(np.where(condition, a.v, b.v), np.where(condition, a.g, b.g), np.where(condition, a.h, b.h))
