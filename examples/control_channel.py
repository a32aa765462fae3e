"""A rare decay and its control channel fitted together, for the ratio of their branching fractions.

    python examples/control_channel.py [FOLDER]

Both channels share what simulation describes only roughly, a shift of the mass and a scale of its resolution:
the control channel measures them, the rare one uses them. Figures are written into FOLDER, `out` where it is
not given.
"""

from __future__ import annotations

import sys
from pathlib import Path

import morefit_py as mf
from morefit_py.report.plots.style import have_matplotlib


def main(folder: Path = Path("out")) -> None:
    """Fit both, print the ratio, and what the rare channel knows of it without the other's help."""
    mass = mf.Observable("mass", 5150, 5600, unit="MeV", latex=r"m(K\mu\mu)")
    shift = mf.Parameter("shift", 0, limits=(-10, 10), unit="MeV")
    stretch = mf.Parameter("stretch", 1, limits=(0.5, 2))
    ratio = mf.Parameter("ratio", 0.01, limits=(0, 0.05))
    n_control = mf.Parameter("n_control", 20000, limits=(0, 1e5))
    # Efficiencies come with errors from simulation, which a constraint holds; only their ratio matters.
    efficiencies = mf.Parameter("efficiencies", 0.8, limits=(0.5, 1.2))
    known = mf.GaussianConstraint(efficiencies, 0.8, 0.02)

    # Widths of simulation, times what the data say of it.
    yields = {"control": n_control, "rare": n_control * ratio * efficiencies}
    widths = {"control": 18.0, "rare": 21.0}
    backgrounds = {"control": 4000, "rare": 1500}
    channels, below = {}, {}
    for name, width in widths.items():
        peak = mf.pdfs.CrystalBall(mass, 5279.6 + shift, width * stretch, 1.7, 4.0)
        slope = mf.Parameter(f"slope_{name}", -0.002, limits=(-0.02, 0.02), unit="1/MeV")
        n_bkg = mf.Parameter(f"n_bkg_{name}", backgrounds[name], limits=(0, 20000))
        below[name] = n_bkg * mf.pdfs.Exponential(mass, slope)
        channels[name] = (yields[name] * peak + below[name]).named("signal", "background")
    model = mf.Model(channels, (known,), poi="ratio")

    data = mf.sample(model, {"shift": 1.4, "stretch": 1.12, "ratio": 0.012}, seed=11)
    fit = mf.compile(model, data)
    result = fit.minimise(minos=["ratio"])
    print(result)

    # Where the shapes are not shared, the rare channel must find its own shift and stretch.
    own_shift = mf.Parameter("own_shift", 0, limits=(-20, 20), unit="MeV")
    own_stretch = mf.Parameter("own_stretch", 1, limits=(0.3, 3))
    own_peak = mf.pdfs.CrystalBall(mass, 5279.6 + own_shift, widths["rare"] * own_stretch, 1.7, 4.0)
    apart = {**channels, "rare": yields["rare"] * own_peak + below["rare"]}
    separate = mf.compile(mf.Model(apart, (known,)), data).minimise()
    for name, held in (("shared", result), ("separate", separate)):
        print(f"ratio, shapes {name:8} {held.values['ratio']:.5f} +- {held.errors['ratio']:.5f}")
    print("made with 0.01200")

    if have_matplotlib():
        folder.mkdir(parents=True, exist_ok=True)
        for name in channels:
            figure = mf.plot(fit, result, channel=name, bins=60)
            figure.savefig(folder / f"control_channel_{name}.png", dpi=120)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
