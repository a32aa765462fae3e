"""A handful of toys: does a fit return what its data were made with, with errors that are right?

    python examples/toys.py [NUMBER]

NUMBER is 30 where it is not given.
"""

from __future__ import annotations

import sys

import numpy as np

import morefit_py as mf


def main(number: int = 30) -> None:
    """Draw toys of a model at its start values, fit each, and print the pulls of every parameter."""
    x = mf.Observable("mass", 5000, 6000, unit="MeV")
    mu = mf.Parameter("mu", 5280, limits=(5200, 5350))
    sigma = mf.Parameter("sigma", 20, limits=(5, 60))
    slope = mf.Parameter("slope", -0.001, limits=(-0.02, 0.02))
    n_sig = mf.Parameter("n_sig", 800, limits=(0, 5000))
    n_bkg = mf.Parameter("n_bkg", 2000, limits=(0, 10000))
    model = n_sig * mf.pdfs.Gaussian(x, mu, sigma) + n_bkg * mf.pdfs.Exponential(x, slope)

    pulls: dict[str, list[float]] = {}
    for seed in range(number):
        # All toys share one kernel: the second compilation finds it in the cache.
        fit = mf.compile(model, mf.sample(model, seed=seed))
        result = fit.minimise()
        fit.release()
        if not result.valid:
            print(f"toy {seed}: {'; '.join(result.reasons)}")
            continue
        for name, truth in zip(fit.parameters, fit.initial, strict=True):
            pulls.setdefault(name, []).append((result.values[name] - truth) / result.errors[name])

    print(f"pulls of {number} toys; for a right fit the mean is 0 and the width 1, within the errors")
    for name, held in pulls.items():
        size = len(held)
        print(
            f"  {name:6} mean {np.mean(held):+.2f} +- {1 / np.sqrt(size):.2f}, "
            f"width {np.std(held, ddof=1):.2f} +- {1 / np.sqrt(2 * size):.2f}"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
