"""Toys of a likelihood ratio whose full model has a second minimum."""

from __future__ import annotations

import numpy as np

import morefit_py as mf
from morefit_py.inference.ratio_toys import ratio_toys

from .goodness.models import X, fitted


def test_ratios_are_never_negative_and_find_what_there_is() -> None:
    """A peak that may be anywhere: toys without one have larger ratios than a peak of known place."""

    def model(signal: bool, anywhere: bool) -> mf.Model:
        n_s = mf.Parameter("n_s", 10.0 if signal else 0.0, limits=(0.0, 1e3), fixed=not signal)
        place = mf.Parameter("place", 5.0, limits=(1.0, 9.0), fixed=not (signal and anywhere))
        n_b = mf.Parameter("n_b", 100.0, limits=(0.0, 1e4))
        return mf.Model({"d": n_s * mf.pdfs.Gaussian(X, place, 0.5) + n_b * mf.pdfs.Uniform(X)})

    data = mf.sample(model(True, True), seed=3)
    nested = fitted(model(False, False), data)
    found = []
    for anywhere in (False, True):
        full = fitted(model(True, anywhere), data)
        toys = ratio_toys((full[0], nested[0]), (full[1], nested[1]), 1.0, 60, 1, 2, False)
        assert np.all(toys.statistics >= 0.0)
        found.append(toys)
    assert np.mean(found[1].statistics) > 1.5 * np.mean(found[0].statistics)
    assert found[0].failed == 0
