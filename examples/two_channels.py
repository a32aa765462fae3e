"""Two channels fitted together: shared parameters, a constraint, a systematic uncertainty on the yields.

    python examples/two_channels.py

The data are a toy of the model with 1.1 times the expected signal.
"""

from __future__ import annotations

import morefit_py as mf


def main() -> None:
    """One signal strength from two periods of data taking with their own backgrounds."""
    mass = mf.Observable("mass", 5000, 6000, unit="MeV")

    # What both channels use is one object; parameters are shared by being the same.
    strength = mf.Parameter("strength", 1.0, limits=(0, 5))
    mu = mf.Parameter("mu", 5280, limits=(5250, 5310), unit="MeV")
    sigma = mf.Parameter("sigma", 16, limits=(5, 40), unit="MeV")
    slope = mf.Parameter("slope", -0.001, limits=(-0.01, 0.01), unit="1/MeV")
    alpha = mf.Parameter("alpha_lumi", 0.0, limits=(-5, 5))
    luminosity = mf.normsys(alpha, low=0.98, high=1.02)

    channels = {}
    for name, expected, background in (("run1", 600.0, 2000.0), ("run2", 1100.0, 3000.0)):
        n_bkg = mf.Parameter(f"n_bkg_{name}", background, limits=(0, 20000))
        signal = (expected * strength * luminosity) * mf.pdfs.Gaussian(mass, mu, sigma)
        channels[name] = (signal + n_bkg * mf.pdfs.Exponential(mass, slope)).named("signal", "background")

    # The luminosity is known to 2 %, which alpha = -1 and 1 stand for; simulation knows the resolution.
    constraints = (mf.GaussianConstraint(alpha, 0.0, 1.0), mf.GaussianConstraint(sigma, 16.0, 0.5))
    model = mf.Model(channels, constraints, poi="strength")

    data = mf.sample(model, {"strength": 1.1}, seed=3)
    fit = mf.compile(model, data)
    result = fit.minimise(minos=["strength"])
    print(result)

    # Alone, each channel knows less. The constraints are in every fit.
    for name, mixture in channels.items():
        alone = mf.Model({name: mixture}, constraints)
        found = mf.compile(alone, data[name]).minimise()
        print(f"{name} alone: strength = {found.values['strength']:.3f} +- {found.errors['strength']:.3f}")


if __name__ == "__main__":
    main()
