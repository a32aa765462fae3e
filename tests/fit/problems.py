"""The problems that every minimiser is tried on, with their true minima where these are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import pi, sqrt

import numpy as np

from . import jets


@dataclass
class Function:
    """An objective from a plain function of (theta, order), with a count of its calls."""

    of: Callable
    start: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    held: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    solution: tuple[float, ...] | None = None
    count: list[int] = field(default_factory=lambda: [0, 0, 0])

    @property
    def parameters(self):
        return self.names or tuple(f"p{i}" for i in range(len(self.start)))

    @property
    def initial(self):
        return np.array(self.start, dtype=float)

    @property
    def lower(self):
        return np.array(self.low or [-np.inf] * len(self.start), dtype=float)

    @property
    def upper(self):
        return np.array(self.high or [np.inf] * len(self.start), dtype=float)

    @property
    def fixed(self):
        return np.isin(np.arange(len(self.start)), self.held)

    def evaluate(self, theta, order):
        self.count[order] += 1
        value, gradient, hessian = self.of(np.asarray(theta, dtype=float))
        return float(value), gradient if order > 0 else None, hessian if order > 1 else None

    def but(self, **changes):
        return replace(self, count=[0, 0, 0], **changes)


def jet_objective(of):
    def evaluate(theta):
        jet = of(*jets.variables(theta))
        return jet.v.sum(), jet.g.sum(axis=-1), jet.h.sum(axis=-1)

    return evaluate


def bowl(condition=1e16, size=6, seed=1):
    """A quadratic whose raw scales span the square root of `condition`, rotated after scaling."""
    rng = np.random.default_rng(seed)
    scales = np.logspace(-np.log10(condition) / 4, np.log10(condition) / 4, size)
    mix = np.eye(size) + 0.4 * rng.standard_normal((size, size)) / sqrt(size)
    H = (mix.T @ mix) * scales * scales[:, None]
    centre = rng.standard_normal(size) / scales

    def of(x):
        d = x - centre
        return 0.5 * d @ H @ d - 3e5, H @ d, H.copy()

    return Function(of, tuple(centre + 20 * rng.standard_normal(size) / scales), solution=tuple(centre))


def rosenbrock(size=6):
    def of(x):
        a, b = x[:-1], x[1:]
        r = b - a * a
        g = np.zeros(size)
        g[:-1] += -400 * a * r - 2 * (1 - a)
        g[1:] += 200 * r
        H = np.zeros((size, size))
        i = np.arange(size - 1)
        H[i, i] += -400 * r + 800 * a * a + 2
        H[i + 1, i + 1] += 200
        H[i, i + 1] -= 400 * a
        H[i + 1, i] -= 400 * a
        return np.sum(100 * r * r + (1 - a) ** 2), g, H

    start = tuple(np.where(np.arange(size) % 2 == 0, -1.2, 1.0))
    return Function(of, start, solution=(1.0,) * size)


def gauss_exp(n_signal=2000, n_background=3000, off=1.1, seed=2):
    """An extended unbinned gaussian (5, 0.3) over an exponential (slope 0.03 per 0.1) on [0, inf)."""
    rng = np.random.default_rng(seed)
    slope = 0.3
    x = np.concatenate(
        [rng.normal(5.0, 0.3, rng.poisson(n_signal)), rng.exponential(1 / slope, rng.poisson(n_background))]
    )
    names = ("n_signal", "n_background", "mean", "sigma", "slope")
    truth = np.array([n_signal, n_background, 5.0, 0.3, slope])
    factor = np.array([off, 2 - off, 1 + (off - 1) * 0.2, off, off])
    low = (0, 0, 4, 0.05, 1e-3)
    high = (1e6, 1e6, 6, 1, 5)

    def of(theta):
        ns, nb, mu, s, b = theta
        z = (x - mu) / s
        p = np.exp(-0.5 * z * z) / (s * sqrt(2 * pi))
        q = b * np.exp(-b * x) * (x >= 0)
        u = 1 / b - x
        f = ns * p + nb * q
        ps, pm = p * (z * z - 1) / s, p * z / s
        qb = q * u
        D = np.array([p, q, ns * pm, ns * ps, nb * qb]) / f
        value = ns + nb - np.log(f).sum()
        gradient = np.array([1, 1, 0, 0, 0]) - D.sum(axis=1)
        H = D @ D.T
        second = {
            (0, 2): pm,
            (0, 3): ps,
            (1, 4): qb,
            (2, 2): ns * p * (z * z - 1) / s**2,
            (2, 3): ns * p * (z**3 - 3 * z) / s**2,
            (3, 3): ns * p * (z**4 - 5 * z * z + 2) / s**2,
            (4, 4): nb * q * (u * u - 1 / b**2),
        }
        for (i, j), term in second.items():
            total = np.sum(term / f)
            H[i, j] -= total
            if i != j:
                H[j, i] -= total
        return value, gradient, H

    return Function(of, tuple(truth * factor), low, high, names=names)


def crystal_ball_chebyshev(n_signal=3000, n_background=5000, off=1.1, seed=3):
    """A double-sided crystal ball over a second-order Chebyshev polynomial on [5, 5.6], extended."""
    rng = np.random.default_rng(seed)
    low, high = 5.0, 5.6
    t = rng.uniform(size=n_background)
    background = low + (high - low) * (1 - np.sqrt(1 - 0.7 * t)) / (1 - sqrt(0.3))
    z = rng.uniform((low - 5.28) / 0.02, (high - 5.28) / 0.02, 40 * n_signal)
    d = np.maximum(np.abs(z), 1.8)
    tails = np.exp(-0.5 * 1.8**2) * (3.0 / 1.8) ** 3 * (3.0 / 1.8 - 1.8 + d) ** -3.0
    shape = np.where(np.abs(z) < 1.8, np.exp(-0.5 * z * z), tails)
    signal = 5.28 + 0.02 * z[rng.uniform(size=z.size) < shape][:n_signal]
    x = np.concatenate([signal, background])
    y = 2 * (x - low) / (high - low) - 1

    def of(ns, nb, mu, s, al, ar, nl, nr, c1, c2):
        z = (x - mu) / s

        def tail(alpha, n):
            # (n/alpha)^n exp(-alpha^2/2) (n/alpha - alpha + d)^-n at distance d from the mean.
            ratio = n / alpha
            return ratio, jets.log(ratio) * n - alpha * alpha * 0.5, ratio - alpha

        def tail_value(alpha, n, d):
            _, front, base = tail(alpha, n)
            return jets.exp(front - n * jets.log(base + d))

        zl = jets.where(z.v < -al.v, -z, al + 0 * z)
        zr = jets.where(z.v > ar.v, z, ar + 0 * z)
        gauss = jets.exp(z * z * -0.5)
        shape = jets.where(z.v < -al.v, tail_value(al, nl, zl), gauss)
        shape = jets.where(z.v > ar.v, tail_value(ar, nr, zr), shape)

        def tail_integral(alpha, n, edge):
            _, front, base = tail(alpha, n)
            near, far = jets.log(base + alpha), jets.log(base + edge)
            return jets.exp(front) * (jets.exp((1 - n) * near) - jets.exp((1 - n) * far)) / (n - 1)

        middle = (jets.erf_(al / sqrt(2)) + jets.erf_(ar / sqrt(2))) * sqrt(pi / 2)
        norm = middle + tail_integral(al, nl, (mu - low) / s) + tail_integral(ar, nr, (high - mu) / s)
        cheb = (1 + c1 * y + c2 * (2 * y * y - 1)) / (2 - c2 * (2 / 3)) * (2 / (high - low))
        density = ns * shape / (norm * s) + nb * cheb
        return ns + nb - jets.log(density).sum()

    def value(theta):
        jet = of(*jets.variables(theta))
        return float(np.sum(jet.v)), np.reshape(jet.g, (10,)), np.reshape(jet.h, (10, 10))

    names = ("ns", "nb", "mu", "s", "al", "ar", "nl", "nr", "c1", "c2")
    truth = np.array([n_signal, n_background, 5.28, 0.02, 1.8, 1.8, 3.0, 3.0, -0.4, 0.02])
    factor = np.array([off, 2 - off, 1.0005, off, off, 2 - off, off, off, off, off])
    lows = (0, 0, 5.2, 0.005, 0.3, 0.3, 1.1, 1.1, -1, -1)
    highs = (1e5, 1e5, 5.35, 0.1, 4, 4, 50, 50, 1, 1)
    return Function(value, tuple(truth * factor), lows, highs, names=names)


def counting(n=2.0, b=5.0, start=3.0):
    """A counting experiment whose signal is bounded at zero: the minimum is `max(0, n - b)`."""

    def of(theta):
        nu = theta[0] + b
        return nu - n * np.log(nu), np.array([1 - n / nu]), np.array([[n / nu**2]])

    return Function(of, (start,), (0.0,), (np.inf,), names=("s",), solution=(max(0.0, n - b),))


def quadratic(H, centre, start, low=(), high=(), solution=None, **more):
    H, centre = np.array(H, dtype=float), np.array(centre, dtype=float)

    def of(x):
        d = x - centre
        return 0.5 * d @ H @ d, H @ d, H.copy()

    return Function(of, tuple(start), tuple(low), tuple(high), solution=solution, **more)


def on_bound():
    """The unlimited minimum lies exactly on a limit."""
    return quadratic([[2, 1], [1, 3]], (0, 1), (2, 4), (0, -10), (5, 10), (0.0, 1.0))


def outside_bounds():
    """The unlimited minimum is beyond the limits in two of three variables, which are correlated."""
    H = [[4, 1.5, 0.5], [1.5, 2, -0.8], [0.5, -0.8, 3]]
    low, high = (0, -5, -np.inf), (10, 3, np.inf)
    x0, x1 = 0.0, 3.0
    # The third variable follows the first two to their limits.
    x2 = 1.0 - (0.5 * (x0 + 2) - 0.8 * (x1 - 6)) / 3
    return quadratic(H, (-2, 6, 1), (4, 1, 7), low, high, (x0, x1, x2))


def saddle(start=0.0):
    """A double well started on its ridge."""

    def of(t):
        x, y = t
        value = 25 * (x * x - 1) ** 2 + 0.5 * (y - x) ** 2
        gradient = np.array([100 * x * (x * x - 1) - (y - x), y - x])
        return value, gradient, np.array([[300 * x * x - 100 + 1, -1], [-1, 1.0]])

    return Function(of, (start, start))


def flat():
    """Only the sum of the first two parameters matters."""
    return quadratic([[1, 1, 0], [1, 1, 0], [0, 0, 4]], (1, 2, 3), (5, -3, 1), names=("a", "b", "c"))


def without_effect():
    """The second parameter does nothing."""
    return quadratic([[2, 0], [0, 0]], (1, 0), (3, 0.5), names=("a", "idle"))


def logarithm(start=100.0, beyond=np.nan):
    """`x - 5 log x` and a partner, without a value (or infinite) for x <= 0."""

    def of(t):
        x, y = t
        if x <= 0:
            return beyond, np.full(2, np.nan), np.full((2, 2), np.nan)
        d = y - x
        value = x - 5 * np.log(x) + 0.5 * d * d
        return value, np.array([1 - 5 / x - d, d]), np.array([[5 / x**2 + 1, -1], [-1, 1.0]])

    return Function(of, (start, 1.0), solution=(5.0, 5.0))


def falling_spectrum(off=1.1):
    """75,000 events in 50 bins of an exponential of slope 0.03: the Asimov data of the solution."""
    truth = (75_000.0, 0.03)
    x = np.linspace(1, 99, 50)

    def rate(n, slope):
        shape = jets.exp(-slope * x)
        return n * shape / shape.sum()

    counts = rate(*jets.variables(truth)).v

    def of(n, slope):
        nu = rate(n, slope)
        return (nu - counts * jets.log(nu)).sum()

    start = (truth[0] * off, truth[1] * (2 - off))
    names = ("events", "slope")
    return Function(jet_objective(of), start, (0, 0), (1e6, 1), names=names, solution=truth)


SOLVED = {
    "bowl": bowl,
    "large bowl": lambda: bowl(1e12, 20, seed=4),
    "rosenbrock 2": lambda: rosenbrock(2),
    "rosenbrock 10": lambda: rosenbrock(10).but(start=(0.5,) * 10),
    "counting above": lambda: counting(n=9.0),
    "counting below": counting,
    "counting from the limit": lambda: counting(n=9.0, start=0.0),
    "on the limit from the limit": lambda: counting(start=0.0),
    "minimum on a limit": on_bound,
    "minimum beyond the limits": outside_bounds,
    "nan beyond": logarithm,
    "inf beyond": lambda: logarithm(beyond=np.inf),
    "near the edge": lambda: logarithm(start=1e-3),
    "falling spectrum": falling_spectrum,
    "falling spectrum from below": lambda: falling_spectrum(0.9),
}
"""Problems with a known minimum, that every minimiser must find."""


def valley():
    """Only the product of the two parameters matters."""

    def of(t):
        a, b = t
        r = a * b - 1
        cross = 2 * a * b - 1
        return 50 * r * r, 100 * r * np.array([b, a]), 100 * np.array([[b * b, cross], [cross, a * a]])

    return Function(of, (3.0, 0.5))


HOPELESS = {"flat": flat, "without effect": without_effect}
"""Problems without a minimum, that no minimiser may call valid."""
