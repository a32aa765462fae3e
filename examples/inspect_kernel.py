"""What a model is compiled to: operation counts after every pass, and the source in every dialect.

    python examples/inspect_kernel.py [FOLDER]

With a folder, the sources are written into it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import morefit_py as mf
from morefit_py.codegen.dialects import dialect, dialect_names


def main(folder: Path | None = None) -> None:
    """Print the audit and the sizes of all sources, which need no device to be made."""
    x = mf.Observable("mass", 5000, 6000)
    mu, sigma = mf.Parameter("mu", 5280, limits=(5200, 5350)), mf.Parameter("sigma", 20, limits=(5, 60))
    slope = mf.Parameter("slope", -0.001, limits=(-0.02, 0.02))
    n_sig = mf.Parameter("n_sig", 800, limits=(0, 5000))
    n_bkg = mf.Parameter("n_bkg", 2000, limits=(0, 10000))
    model = n_sig * mf.pdfs.Gaussian(x, mu, sigma) + n_bkg * mf.pdfs.Exponential(x, slope)
    fit = mf.compile(model, {"mass": np.linspace(5000, 6000, 1001)})

    audit = fit.audit()
    print(audit)
    gradient = audit.passes[-1].counts["gradient"]
    spent = ", ".join(f"{number} {name}" for name, number in gradient.operations.items())
    print(f"\nvalue and gradient of one event: {spent}, {gradient.sums} sums")

    for name in dialect_names():
        source = fit.source(name)
        print(f"{name:7} {len(source.splitlines())} lines")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"kernel.{dialect(name).extension}").write_text(source, encoding="utf-8")

    # The loop over events of the value and the gradient, as the backend in use has compiled it.
    print(f"\nthe event loop of {fit.backend}:")
    if fit.likelihood.choice.backend.dialect is not None:
        print("\n".join(event_loop(fit.source())))


def event_loop(source: str) -> list[str]:
    """The lines of the value-and-gradient loop in a source."""
    lines = source.splitlines()
    first = next(i for i, line in enumerate(lines) if "mf_loop_1_1" in line)
    last = next(i for i in range(first, len(lines)) if lines[i] == "}")
    return lines[first : last + 1]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
