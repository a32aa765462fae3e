"""The B-mass fit of specs/bmass.yaml from Python: load, fit, plot, audit.

    python examples/bmass.py [FOLDER]

With a folder, a plot and the result are written into it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import morefit_py as mf
from morefit_py.report.plots.style import have_matplotlib

SPEC = Path(__file__).resolve().parents[1] / "specs" / "bmass.yaml"


def main(folder: Path | None = None) -> None:
    """Fit, print the result and what the compiler did, and write a plot where there is a folder."""
    model, data = mf.load(SPEC)
    fit = mf.compile(model, data)
    result = fit.minimise()
    print(result)

    # Values and errors by name; the covariance in the order of `fit.parameters`.
    print(f"\nn_sig = {result.values['n_sig']:.0f} +- {result.errors['n_sig']:.0f}")
    i, j = (fit.parameters.index(name) for name in ("n_sig", "n_bkg"))
    print(f"correlation of the yields: {result.correlation[i, j]:.3f}")

    # The likelihood itself: value and exact derivatives at any point.
    print(f"the NLL at the start is {fit.nll(fit.initial) - result.nll:.1f} above the minimum")

    # Digests, what each pass left per event, and where the kernel is kept.
    print(f"\n{fit.audit()}")

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        result.save(folder / "result.json")
        if have_matplotlib():
            mf.plot(fit, result).savefig(folder / "bmass.png", dpi=120)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
