"""Toys by the thousand: does a fit return what its data were made with, with errors that are right?

    python examples/toys.py [NUMBER]

NUMBER is 1000 where it is not given.
"""

from __future__ import annotations

import sys

import morefit_py as mf


def main(number: int = 1000) -> None:
    """Draw toys of a model at its start values, fit all of them in lockstep, and print their pulls."""
    x = mf.Observable("mass", 5000, 6000, unit="MeV")
    mu = mf.Parameter("mu", 5280, limits=(5200, 5350))
    sigma = mf.Parameter("sigma", 20, limits=(5, 60))
    slope = mf.Parameter("slope", -0.001, limits=(-0.02, 0.02))
    n_sig = mf.Parameter("n_sig", 800, limits=(0, 5000))
    n_bkg = mf.Parameter("n_bkg", 2000, limits=(0, 10000))
    model = n_sig * mf.pdfs.Gaussian(x, mu, sigma) + n_bkg * mf.pdfs.Exponential(x, slope)

    toys = mf.fit_toys(model, number, seed=1)
    print(f"{number} toys, {toys.failed} failed, {toys.retried} made from other starts")
    print("pulls; for a right fit the mean is 0 and the width 1, within the errors")
    for held in toys.summary.parameters:
        (mean, off), (width, wide) = held.pull_mean, held.pull_width
        print(f"  {held.parameter:6} mean {mean:+.2f} +- {off:.2f}, width {width:.2f} +- {wide:.2f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
