"""Systematic uncertainties in the fit: of yields, by normsys and weightsys, and of a shape.

    python examples/systematics.py [FOLDER]

Each is a nuisance parameter with a Gaussian constraint: at -1 and +1 its effect is what was measured one
standard deviation down and up. A figure of the nuisance parameters is written into FOLDER, `out` where it is
not given.
"""

from __future__ import annotations

import sys
from math import sqrt
from pathlib import Path

import morefit_py as mf
from morefit_py.report.plots.style import have_matplotlib

NUISANCES = ("luminosity", "trigger", "energy")


def model(fixed: dict[str, float] | None = None) -> mf.Model:
    """A peak on a falling background; nuisance parameters may be fixed at values."""
    mass = mf.Observable("mass", 100, 180, unit="GeV", latex=r"m_{\gamma\gamma}")
    strength = mf.Parameter("strength", 1, limits=(0, 5))
    # In units of one standard deviation.
    held = fixed or {}
    luminosity, trigger, energy = (
        mf.Parameter(name, held.get(name, 0.0), limits=(-5, 5), fixed=name in held) for name in NUISANCES
    )
    # normsys multiplies: 1.02^alpha above 0, 0.98^-alpha below. weightsys interpolates between the yields
    # that were counted with the weights of events at -1, 0 and 1; code4p does so without a kink at 0.
    efficiency = mf.normsys(luminosity, low=0.98, high=1.02) * mf.weightsys(
        trigger, low=0.93, high=1.05, code="code4p"
    )
    signal = (900 * strength * efficiency) * mf.pdfs.Gaussian(mass, 125.0 + 0.2 * energy, 1.8)
    n_bkg = mf.Parameter("n_bkg", 20000, limits=(0, 1e5))
    slope = mf.Parameter("slope", -0.03, limits=(-0.2, 0.2), unit="1/GeV")
    mixture = (signal + n_bkg * mf.pdfs.Exponential(mass, slope)).named("signal", "background")
    constraints = tuple(mf.GaussianConstraint(nuisance, 0, 1) for nuisance in (luminosity, trigger, energy))
    return mf.Model({"diphoton": mixture}, constraints, poi="strength")


def main(folder: Path = Path("out")) -> None:
    """Fit a signal strength, and say how much of its error each uncertainty is to blame for."""
    whole = model()
    data = mf.sample(whole, {"strength": 1.3}, seed=7)
    fit = mf.compile(whole, data)
    result = fit.minimise(minos=["strength"])
    print(result)

    # What is left of the error when one is known exactly: the rest, in quadrature, is its contribution.
    total, rest = result.errors["strength"], 0.0
    print("\ncontributions to the error of the strength")
    for names in (*((name,) for name in NUISANCES), NUISANCES):
        exact = {name: result.values[name] for name in names}
        rest = mf.compile(model(exact), data).minimise().errors["strength"]
        label = names[0] if len(names) == 1 else "all three"
        print(f"  {label:12} {sqrt(max(total**2 - rest**2, 0.0)):.4f}")
    print(f"  {'statistics':12} {rest:.4f}\n  {'total':12} {total:.4f}")

    if have_matplotlib():
        folder.mkdir(parents=True, exist_ok=True)
        mf.plot(fit, result, bins=80).savefig(folder / "systematics_fit.png", dpi=120)
        mf.plots.pulls(whole, result).savefig(folder / "systematics_pulls.png", dpi=120)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
