"""An angular fit: B0 -> K*0 mu mu in mass and three angles, for the observables FL, AFB, P5' and others.

    python examples/kstar_mumu.py [FOLDER]

Figures of the mass and the angles are written into FOLDER, which is `out` where it is not given.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import morefit_py as mf
from morefit_py.report.plots.style import have_matplotlib

# Far enough from where the rate would be negative for some angles.
TRUTH = {"fl": 0.6, "s3": -0.02, "s4": -0.15, "p5": -0.4, "afb": 0.1, "s7": 0.0, "s8": 0.02, "s9": 0.0}


def main(folder: Path = Path("out")) -> None:
    """Fit a toy with background, and print the angular observables beside what it was made with."""
    mass = mf.Observable("mass", 5170, 5700, unit="MeV", latex=r"m(K\pi\mu\mu)")
    cos_l = mf.Observable("cos_l", -1, 1, latex=r"\cos\theta_\ell")
    cos_k = mf.Observable("cos_k", -1, 1, latex=r"\cos\theta_K")
    phi = mf.Observable("phi", -math.pi, math.pi, latex=r"\phi")

    # Without limits: within those of any one of them the rate is negative for some values of the others.
    observables = {name: mf.Parameter(name, value) for name, value in TRUTH.items()}
    # S5 by the optimised observable: any expression stands where a parameter does.
    fields = dict(observables)
    fl = observables["fl"]
    fields["s5"] = fields.pop("p5") * mf.expressions.sqrt(fl * (1 - fl))
    rate = mf.pdfs.KStarMuMu(cos_l, cos_k, phi, **fields)

    mu = mf.Parameter("mu", 5280, limits=(5260, 5300), unit="MeV")
    sigma = mf.Parameter("sigma", 20, limits=(8, 40), unit="MeV")
    slope = mf.Parameter("slope", -0.004, limits=(-0.02, 0.02), unit="1/MeV")
    n_sig = mf.Parameter("n_sig", 1500, limits=(0, 10000))
    n_bkg = mf.Parameter("n_bkg", 1000, limits=(0, 10000))
    signal = mf.pdfs.Product((mf.pdfs.CrystalBall(mass, mu, sigma, 1.6, 5.0), rate))

    # Background: smooth in every angle, by Chebyshev polynomials of its own coefficients.
    slopes = [mf.Parameter(f"c_{x.name}", 0.1, limits=(-0.9, 0.9)) for x in (cos_l, cos_k)]
    angles = [mf.pdfs.Chebyshev(x, (c,)) for x, c in zip((cos_l, cos_k), slopes, strict=True)]
    background = mf.pdfs.Product((mf.pdfs.Exponential(mass, slope), *angles, mf.pdfs.Uniform(phi)))
    model = (n_sig * signal + n_bkg * background).named("signal", "background")

    fit = mf.compile(model, mf.sample(model, seed=2))
    result = fit.minimise()
    print(result)
    print("\nobservable    fit              made with")
    for name, truth in TRUTH.items():
        print(f"{name:10} {result.values[name]:+.3f} +- {result.errors[name]:.3f}   {truth:+.3f}")

    if have_matplotlib():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("mass", "cos_l", "cos_k", "phi"):
            mf.plot(fit, result, name, bins=40).savefig(folder / f"kstar_mumu_{name}.png", dpi=120)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
