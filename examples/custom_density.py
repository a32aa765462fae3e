"""Densities of one's own: from an expression, from a text, and from SymPy.

    python examples/custom_density.py

SymPy comes with morefit_py; it is needed only where an expression comes from it.
"""

from __future__ import annotations

import math

import sympy

import morefit_py as mf
from morefit_py.graph.sympy_bridge import from_sympy, latex


def main() -> None:
    """Fit three densities to toys of themselves; any arithmetic serves, up to its normalisation."""
    # The functions of expressions: exp, log, cos, erf, select, ...
    f = mf.expressions

    angle = mf.Observable("phi", -math.pi, math.pi)
    amplitude = mf.Parameter("amplitude", 0.3, limits=(-0.9, 0.9))
    phase = mf.Parameter("phase", 0.5, limits=(-math.pi, math.pi))
    wave = mf.pdfs.Formula(1.0 + amplitude * f.cos(angle - phase))
    show("an expression", wave)

    # An expression may choose between two. Where it does is found, so that quadrature is cut there.
    time = mf.Observable("t", 0, 10, unit="ps")
    tau = mf.Parameter("tau", 1.5, limits=(0.5, 5), unit="ps", latex=r"\tau")
    trigger = f.select(time < 0.8, time / 0.8, 1.0)
    show("an expression with a choice", mf.pdfs.Formula(trigger * f.exp(-time / tau)))

    # Text is read as arithmetic of the names it is given, and as nothing else.
    text = mf.pdfs.Formula.parse("t**2 * exp(-t/tau)", {"t": time, "tau": tau})
    show("a text", text)

    # SymPy's symbols are matched by name.
    t, life = sympy.symbols("t tau", positive=True)
    decay = sympy.exp(-t / life) * (1 - sympy.exp(-3 * t / life))
    show("a SymPy expression", mf.pdfs.Formula(from_sympy(decay, {"t": time, "tau": tau})))


def show(what: str, density: mf.pdfs.Formula) -> None:
    """Say how a density is normalised, fit it to 5000 of its own events, and print what comes out."""
    data = mf.sample(density, seed=2, size=5000)
    result = mf.compile(density, data).minimise()
    values, errors = result.values, result.errors
    found = ", ".join(f"{name} = {values[name]:.3f} +- {errors[name]:.3f}" for name in values)
    print(f"{what}: {density.expression}")
    print(f"  LaTeX          {latex(density.expression)}")
    print(f"  normalisation  {density.normalisation}")
    print(f"  fit            {found}{'' if result.valid else ' (not valid)'}")


if __name__ == "__main__":
    main()
