"""A lifetime from events that are each measured with an error of their own.

    python examples/lifetime.py [FOLDER]

Mass and decay time are fitted together; the resolution of the time is the error of each event times a scale
factor, which is fitted too, as the prompt background shows it. Figures are written into FOLDER, `out` where
it is not given.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import morefit_py as mf
from morefit_py.report.plots.style import have_matplotlib

TRUTH = {
    "n_sig": 1500,
    "n_bkg": 2500,
    "mu": 5366.9,
    "width": 15.0,
    "slope": -0.002,
    "tau": 1.52,
    "scale": 1.2,
}


def main(folder: Path = Path("out")) -> None:
    """Fit a toy of a model that is conditional on the errors, and compare with an average error."""
    mass = mf.Observable("mass", 5250, 5500, unit="MeV", latex="m")
    time = mf.Observable("time", -0.5, 10, unit="ps", latex="t")
    # A column that densities use without modelling it. Signal and background share its distribution here;
    # where they do not, each needs a density of it: `mf.pdfs.Product((..., density_of_the_error))`.
    error = mf.Observable("error", 0.01, 0.3, unit="ps", latex=r"\sigma_t")

    n_sig = mf.Parameter("n_sig", 1500, limits=(0, 10000))
    n_bkg = mf.Parameter("n_bkg", 2500, limits=(0, 10000))
    mu = mf.Parameter("mu", 5366, limits=(5340, 5390), unit="MeV", latex=r"\mu")
    width = mf.Parameter("width", 14, limits=(5, 40), unit="MeV")
    slope = mf.Parameter("slope", -0.001, limits=(-0.02, 0.02), unit="1/MeV")
    tau = mf.Parameter("tau", 1.4, limits=(0.5, 5), unit="ps", latex=r"\tau")
    scale = mf.Parameter("scale", 1.0, limits=(0.3, 3))

    decay = mf.pdfs.Decay(time, tau, sigmas=(scale * error,))
    prompt = mf.pdfs.Gaussian(time, 0.0, scale * error)
    signal = mf.pdfs.Product((mf.pdfs.Gaussian(mass, mu, width), decay))
    background = mf.pdfs.Product((mf.pdfs.Exponential(mass, slope), prompt))
    model = (n_sig * signal + n_bkg * background).named("signal", "background")

    # The errors come from elsewhere; events are made for them, one a row.
    errors = np.clip(np.random.default_rng(2).gamma(4.0, 0.015, 4000), 0.012, 0.29)
    toy = mf.sample(model, TRUTH, seed=2, given={"error": errors})
    fit = mf.compile(model, toy)
    result = fit.minimise(minos=["tau"])
    print(result)

    # As if all events were measured alike; the kernel is the same.
    alike = {**toy.columns, "error": np.full(len(toy), errors.mean())}
    average = mf.compile(model, alike).minimise()
    for name, held in (("an error of each event", result), ("the average error", average)):
        off = (held.values["tau"] - TRUTH["tau"]) / held.errors["tau"]
        print(
            f"{name:23} tau = {held.values['tau']:.3f} +- {held.errors['tau']:.3f} ps ({off:+.1f} sigma off)"
        )
    print(f"better by {average.nll - result.nll:.0f} in NLL with errors of each event")

    if have_matplotlib():
        folder.mkdir(parents=True, exist_ok=True)
        mf.plot(fit, result, "time", bins=70, log=True).savefig(folder / "lifetime_time.png", dpi=120)
        mf.plot(fit, result, "mass", bins=50).savefig(folder / "lifetime_mass.png", dpi=120)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
