"""A model written in Python and fitted to arrays: a Gaussian peak on an exponential, with MINOS errors.

    python examples/python_model.py

The events are made here; any arrays of one's own do.
"""

from __future__ import annotations

import numpy as np

import morefit_py as mf


def events() -> np.ndarray:
    """Any array would do: 900 events of a peak and about 4000 of a falling background."""
    rng = np.random.default_rng(1)
    background = 5000.0 + rng.exponential(800.0, size=5600)
    values = np.concatenate([rng.normal(5280.0, 18.0, size=900), background])
    # Every event must lie inside the bounds of the observable: nothing is cut silently.
    return values[(values >= 5000.0) & (values <= 6000.0)]


def main() -> None:
    """Build the model, fit it, and compare the symmetric errors with MINOS."""
    mass = mf.Observable("mass", 5000, 6000, unit="MeV")

    # Name, start, limits. A number in place of a parameter is a constant.
    mu = mf.Parameter("mu", 5270, limits=(5200, 5350), unit="MeV")
    sigma = mf.Parameter("sigma", 25, limits=(5, 60), unit="MeV")
    slope = mf.Parameter("slope", -0.002, limits=(-0.02, 0.02), unit="1/MeV")
    n_sig = mf.Parameter("n_sig", 500, limits=(0, 5000))
    n_bkg = mf.Parameter("n_bkg", 5000, limits=(0, 20000))

    signal, background = mf.pdfs.Gaussian(mass, mu, sigma), mf.pdfs.Exponential(mass, slope)
    model = (n_sig * signal + n_bkg * background).named("signal", "background")

    fit = mf.compile(model, {"mass": events()})
    result = fit.minimise(minos=True)
    print(result)
    if not result.valid:
        raise SystemExit("; ".join(result.reasons))

    for name in fit.parameters:
        low, high = result.asymmetric_errors[name]
        print(f"{name:6} symmetric {result.errors[name]:.3g}, MINOS {low:+.3g} {high:+.3g}")


if __name__ == "__main__":
    main()
