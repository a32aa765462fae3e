"""Small models that toys are made of, with what is known of them."""

from __future__ import annotations

import morefit_py as mf

X = mf.Observable("x", 0.0, 10.0)
N = mf.Parameter("n", 200.0, limits=(0.0, 2000.0))
MEAN = mf.Parameter("mean", 5.0, limits=(3.0, 7.0))
WIDTH = mf.Parameter("width", 1.0, fixed=True)


def peak(events: float = 200.0) -> mf.Model:
    """A peak far from the bounds: its mean is that of the events, with the error width/sqrt(events)."""
    n = mf.Parameter("n", events, limits=(0.0, 100.0 * events + 100.0))
    return mf.Model({"d": n * mf.pdfs.Gaussian(X, MEAN, WIDTH)})


def constrained(sigma: float, events: float = 200.0) -> mf.Model:
    """The peak with its mean measured elsewhere."""
    return peak(events).constrained(mf.GaussianConstraint(MEAN, 5.0, sigma))
