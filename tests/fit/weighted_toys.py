"""Toys of weighted events, and whether the errors of their fits cover.

The events are those of a peak on an exponential. Their weights are drawn without a look at them, with
sum w^2 / sum w = 3; or are one over the efficiency with which they were kept, which falls along the
observable; or are drawn, while the width of the peak is measured elsewhere as well. What the weights leave
is fewer events than there are: `effective_events` of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

import morefit_py as mf

Array = NDArray[np.float64]
CASES = ("independent", "correlated", "constrained")
ONE_SIGMA = 0.6827

X = mf.Observable("x", 0.0, 10.0)
N_SIG, N_BKG = (mf.Parameter(f"n_{k}", n, limits=(0, 50_000)) for k, n in (("sig", 1500), ("bkg", 3500)))
MU, SIGMA = mf.Parameter("mu", 5.0, limits=(3, 7)), mf.Parameter("sigma", 0.5, limits=(0.1, 2))
SLOPE = mf.Parameter("slope", -0.25, limits=(-2, 1))
MIXED = N_SIG * mf.pdfs.Gaussian(X, MU, SIGMA) + N_BKG * mf.pdfs.Exponential(X, SLOPE)
TRUTH = {parameter.name: parameter.init for parameter in (N_SIG, MU, SIGMA, N_BKG, SLOPE)}
# Of a measurement of the width elsewhere, about as good as the data alone.
AUXILIARY = 0.025


def efficiency(x: Array) -> Array:
    """From 1 at the lower end to a tenth at the upper."""
    return 0.1 + 0.9 * np.exp(-0.5 * x)


def toy(case: str, seed: int) -> tuple[mf.Model, mf.Dataset]:
    """The model that is fitted and the weighted events of one toy."""
    rng = np.random.default_rng([CASES.index(case), seed])
    events = mf.sample(MIXED, seed=seed)
    assert isinstance(events, mf.Dataset)
    x = np.asarray(events["x"])
    if case == "correlated":
        kept = x[rng.random(len(x)) < efficiency(x)]
        return mf.Model(MIXED), mf.Dataset.from_numpy({"x": kept}, 1.0 / efficiency(kept))
    # A gamma distribution with the mean 1 and the variance 2.
    data = mf.Dataset.from_numpy({"x": x}, rng.gamma(0.5, 2.0, len(x)))
    if case == "independent":
        return mf.Model(MIXED), data
    # A fixed parameter, for numbers that differ would make kernels that do.
    measured = mf.Parameter("measured", rng.normal(SIGMA.init, AUXILIARY), fixed=True)
    return mf.Model(MIXED, (mf.GaussianConstraint(SIGMA - measured, 0.0, AUXILIARY),)), data


@dataclass(frozen=True)
class Covered:
    """By kind of errors and parameter: in how many of the valid toys the truth is within one error.

    `minos` is the same for the MINOS errors of the signal yield, of the sandwich's toys.
    """

    toys: int
    valid: int
    effective: float
    within: dict[str, dict[str, float]]
    minos: float

    @property
    def error(self) -> float:
        """The binomial error of a coverage that is right."""
        return float(np.sqrt(ONE_SIGMA * (1.0 - ONE_SIGMA) / self.valid))


@cache
def covered(case: str, toys: int, minos: bool = False) -> Covered:
    kinds = ("sandwich", "scaled", "naive")
    hits = {kind: dict.fromkeys(TRUTH, 0) for kind in kinds}
    valid = sides = 0
    effective = []
    for seed in range(toys):
        model, data = toy(case, seed)
        fit = mf.compile(model, data)
        results = {kind: fit.minimise(weighted_errors=kind) for kind in kinds[1:]}
        results["sandwich"] = fit.minimise(minos=["n_sig"] if minos else False)
        fit.release()
        if not all(result.valid for result in results.values()):
            continue
        valid += 1
        effective.append(data.effective_events)
        for kind, result in results.items():
            for name, true in TRUTH.items():
                hits[kind][name] += abs(result.values[name] - true) <= result.errors[name]
        if minos:
            low, high = results["sandwich"].asymmetric_errors["n_sig"]
            sides += low <= TRUTH["n_sig"] - results["sandwich"].values["n_sig"] <= high
    within = {kind: {name: n / valid for name, n in held.items()} for kind, held in hits.items()}
    return Covered(toys, valid, float(np.mean(effective)), within, sides / valid)
