"""The models that are measured, with their data: seeded, and started 10 % off the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

import morefit_py as mf

Array = NDArray[np.float64]
LOW, HIGH = 5000.0, 6000.0
EARLY, LATE = -1.0, 15.0
OFF = 0.1
SEED = 20240607


@dataclass(frozen=True)
class Truth:
    """A parameter: the value events are drawn with, its limits, and what 10 % of it means.

    `scale` is the value itself, but for a position the width of its limits: ten per cent of a mass
    would leave the peak. Yields are shares of the number of events, as are their limits.
    """

    value: float
    limits: tuple[float, float] = (-inf, inf)
    position: bool = False
    share: bool = False

    @property
    def scale(self) -> float:
        return self.limits[1] - self.limits[0] if self.position else abs(self.value)


@dataclass(frozen=True, eq=False)
class Case:
    """A model by name: its parameters in order, how it is built from them, and the columns it describes."""

    name: str
    title: str
    truths: Mapping[str, Truth]
    build: Callable[[Mapping[str, mf.Parameter]], mf.Model]
    columns: tuple[str, ...] = ("mass",)

    def values(self, events: int, signs: Array | None = None) -> Array:
        """The true values for so many events, moved by 10 % in the direction of the signs, if any."""
        moves = np.zeros(len(self.truths)) if signs is None else signs * OFF
        return np.array(
            [
                (truth.value + move * truth.scale) * (events if truth.share else 1)
                for truth, move in zip(self.truths.values(), moves, strict=True)
            ]
        )

    def start(self, events: int) -> Array:
        """10 % off, up and down in turn."""
        return self.values(events, np.resize([1.0, -1.0], len(self.truths)))

    def model(self, events: int, start: Array | None = None) -> mf.Model:
        """The model for so many events, 10 % off unless started elsewhere."""
        at = self.start(events) if start is None else start
        parameters = {}
        for (name, truth), init in zip(self.truths.items(), at, strict=True):
            low, high = (limit * (events if truth.share else 1) for limit in truth.limits)
            parameters[name] = mf.Parameter(name, float(init), limits=(low, high))
        built = self.build(parameters)
        return mf.Model(built.channels, built.constraints, tuple(parameters.values()))

    def data(self, events: int, seed: int = SEED) -> Array:
        """Exactly so many events of the model at its true values, (events,) or (columns, events)."""
        toy = mf.sample(self.model(events, self.values(events)), seed=seed, size=events)
        assert isinstance(toy, mf.Dataset)
        return toy["mass"] if len(self.columns) == 1 else np.array([toy[name] for name in self.columns])

    def named(self, data: Array) -> dict[str, Array]:
        """The columns of data by name."""
        return dict(zip(self.columns, np.atleast_2d(data), strict=True))


def _mass() -> mf.Observable:
    return mf.Observable("mass", LOW, HIGH)


def _gaussian(p: Mapping[str, mf.Parameter]) -> mf.Model:
    x = _mass()
    signal = p["n_sig"] * mf.pdfs.Gaussian(x, p["mu"], p["sigma"])
    return _single(signal + p["n_bkg"] * mf.pdfs.Exponential(x, p["slope"]))


def _double_crystal_ball(p: Mapping[str, mf.Parameter]) -> mf.Model:
    x = _mass()
    shape = mf.pdfs.DoubleCrystalBall(x, p["mu"], p["sigma"], p["alpha_l"], p["n_l"], p["alpha_r"], p["n_r"])
    return _single(p["n_sig"] * shape + p["n_bkg"] * mf.pdfs.Chebyshev(x, (p["c1"], p["c2"])))


def _crystal_ball(p: Mapping[str, mf.Parameter]) -> mf.Model:
    x = _mass()
    signal = p["n_sig"] * mf.pdfs.CrystalBall(x, p["mu"], p["sigma"], p["alpha"], p["n"])
    return _single(signal + p["n_bkg"] * mf.pdfs.Exponential(x, p["slope"]))


def _six(p: Mapping[str, mf.Parameter]) -> mf.Model:
    x = _mass()
    double = mf.pdfs.DoubleCrystalBall(
        x, p["mu1"], p["sigma1"], p["alpha1_l"], p["n1_l"], p["alpha1_r"], p["n1_r"]
    )
    mixture = p["y1"] * double
    mixture += p["y2"] * mf.pdfs.CrystalBall(x, p["mu2"], p["sigma2"], p["alpha2"], p["n2"])
    mixture += p["y3"] * mf.pdfs.Gaussian(x, p["mu3"], p["sigma3"])
    mixture += p["y4"] * mf.pdfs.Argus(x, p["curvature"], p["power"])
    mixture += p["y5"] * mf.pdfs.Exponential(x, p["slope"])
    mixture += p["y6"] * mf.pdfs.Chebyshev(x, tuple(p[f"c{k}"] for k in range(1, 10)))
    return _single(mixture)


def _mass_and_time(p: Mapping[str, mf.Parameter]) -> mf.Model:
    x, t = _mass(), mf.Observable("time", EARLY, LATE)

    def decay(tau: mf.Parameter) -> mf.pdfs.Density:
        return mf.pdfs.ExponentiallyModifiedGaussian(t, 0.0, p["sigma_t"], tau)

    signal = mf.pdfs.Product((mf.pdfs.Gaussian(x, p["mu"], p["sigma"]), decay(p["tau_sig"])))
    background = mf.pdfs.Product((mf.pdfs.Exponential(x, p["slope"]), decay(p["tau_bkg"])))
    return _single(p["n_sig"] * signal + p["n_bkg"] * background)


def _single(mixture: mf.Mixture) -> mf.Model:
    return mf.Model({"data": mixture})


_YIELD = (0.0, 2.0)
_CORE = {
    "mu": Truth(5280.0, (5200.0, 5350.0), position=True),
    "sigma": Truth(20.0, (5.0, 60.0)),
}

A = Case(
    "A",
    "Gaussian + exponential, extended, 5 parameters",
    {
        "n_sig": Truth(0.3, _YIELD, share=True),
        **_CORE,
        "n_bkg": Truth(0.7, _YIELD, share=True),
        "slope": Truth(-0.002, (-0.02, 0.02)),
    },
    _gaussian,
)

B = Case(
    "B",
    "double Crystal Ball + Chebyshev of second order, extended, 10 parameters",
    {
        "n_sig": Truth(0.5, _YIELD, share=True),
        **_CORE,
        "alpha_l": Truth(1.2, (0.1, 5.0)),
        "n_l": Truth(2.5, (1.05, 20.0)),
        "alpha_r": Truth(1.4, (0.1, 5.0)),
        "n_r": Truth(3.0, (1.05, 20.0)),
        "n_bkg": Truth(0.5, _YIELD, share=True),
        "c1": Truth(-0.4, (-0.7, 0.7)),
        "c2": Truth(0.1, (-0.25, 0.25)),
    },
    _double_crystal_ball,
)

C = Case(
    "C",
    "mass x decay time: (Gaussian, exponential) x exponentially modified Gaussians, extended, 8 parameters",
    {
        "n_sig": Truth(0.4, _YIELD, share=True),
        **_CORE,
        "tau_sig": Truth(1.5, (0.1, 10.0)),
        "n_bkg": Truth(0.6, _YIELD, share=True),
        "slope": Truth(-0.002, (-0.02, 0.02)),
        "tau_bkg": Truth(0.4, (0.05, 10.0)),
        "sigma_t": Truth(0.1, (0.01, 1.0)),
    },
    _mass_and_time,
    ("mass", "time"),
)

B_MASS = Case(
    "B-mass",
    "Crystal Ball + exponential, extended, 7 parameters",
    {
        "n_sig": Truth(0.4, _YIELD, share=True),
        **_CORE,
        "alpha": Truth(1.3, (0.1, 5.0)),
        "n": Truth(2.5, (1.05, 20.0)),
        "n_bkg": Truth(0.6, _YIELD, share=True),
        "slope": Truth(-0.002, (-0.02, 0.02)),
    },
    _crystal_ball,
)

SIX = Case(
    "six",
    "double Crystal Ball + Crystal Ball + Gaussian + ARGUS + exponential + Chebyshev of ninth order, "
    "30 parameters",
    {
        "y1": Truth(0.3, _YIELD, share=True),
        "mu1": Truth(5280.0, (5200.0, 5350.0), position=True),
        "sigma1": Truth(20.0, (5.0, 60.0)),
        "alpha1_l": Truth(1.2, (0.1, 5.0)),
        "n1_l": Truth(2.5, (1.05, 20.0)),
        "alpha1_r": Truth(1.4, (0.1, 5.0)),
        "n1_r": Truth(3.0, (1.05, 20.0)),
        "y2": Truth(0.1, _YIELD, share=True),
        "mu2": Truth(5400.0, (5360.0, 5450.0), position=True),
        "sigma2": Truth(22.0, (5.0, 60.0)),
        "alpha2": Truth(1.3, (0.1, 5.0)),
        "n2": Truth(2.5, (1.05, 20.0)),
        "y3": Truth(0.1, _YIELD, share=True),
        "mu3": Truth(5600.0, (5550.0, 5650.0), position=True),
        "sigma3": Truth(30.0, (5.0, 60.0)),
        "y4": Truth(0.1, _YIELD, share=True),
        "curvature": Truth(-5.0, (-50.0, -0.1)),
        "power": Truth(0.5, (0.1, 2.0)),
        "y5": Truth(0.2, _YIELD, share=True),
        "slope": Truth(-0.002, (-0.02, 0.02)),
        "y6": Truth(0.2, _YIELD, share=True),
        **{f"c{k}": Truth(0.08 / k, (-0.1, 0.1)) for k in range(1, 10)},
    },
    _six,
)

# In one observable, and all.
FITTED = (A, B, B_MASS)
WHOLE_FITS = (*FITTED, C)
