"""What docs/extending.md promises of its examples; run with the extended package in front of the path.

Each function is one section. Prints the problems as JSON, by section.
"""

from __future__ import annotations

import json
import math
import sys
import traceback
from pathlib import Path

import numpy as np

import morefit_py as mf
from morefit_py.codegen.dialects import dialect_names
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.sympy_bridge import latex
from morefit_py.pdfs.integration.quadrature import quadrature

X = mf.Observable("t", 0, 10)
TAU = mf.Parameter("tau", 2, limits=(1, 4))
SPEC = """
schema_version: morefit_spec_v1
model:
  parameters: {{ m: {{ init: 91 }}, w: {{ init: 2, limits: [1, 9] }}, n: {{ init: 50, limits: [0, 99] }} }}
channels:
  - name: z
    data: {{ file: z.parquet }}
    observables: [{{ name: mass, bounds: [80, 100] }}]
    processes: [{{ name: z, pdf: {{ type: hyperbolic_secant, observable: mass, {} }}, yield: n }}]
"""


def a_density() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    x = mf.Observable("mass", 80, 100)
    mean, width = mf.Parameter("mean", 91, limits=(89, 93)), mf.Parameter("width", 2.5, limits=(1, 5))
    density = mf.pdfs.HyperbolicSecant(x, mean, width)
    assert mf.pdfs.registry()["hyperbolic_secant"] is mf.pdfs.HyperbolicSecant
    values = {"mean": 91.0, "width": 2.5}
    closed, numeric = evaluate([density.integral(), quadrature(density).value], values)
    assert math.isclose(closed, numeric, rel_tol=1e-10)
    result = mf.compile(density, mf.sample(density, seed=1, size=3000), backend="reference").minimise()
    assert result.valid
    assert all(abs(result.values[name] - values[name]) < 4 * result.errors[name] for name in values)

    pq.write_table(pa.table({"mass": np.linspace(81, 99, 50)}), "z.parquet")
    for fields in ("mean: m, width: w", "params: [m, w]"):
        Path("z.yaml").write_text(SPEC.format(fields))
        model, _ = mf.load("z.yaml")
        assert isinstance(model.channels["z"].terms[0].density, mf.pdfs.HyperbolicSecant)


def an_operation() -> None:
    half_life = mf.Parameter("half_life", 2, limits=(1, 4))
    in_halves = 1.0 + mf.expressions.exp2(-X / half_life)
    density = mf.pdfs.Formula(in_halves)
    read = mf.pdfs.Formula.parse("1 + exp2(-t/h)", {"t": X, "h": half_life})
    assert read.expression is density.expression
    assert "2^" in latex(density.expression)
    data = mf.sample(density, seed=1, size=2000)
    natural = mf.pdfs.Formula(1.0 + mf.expressions.exp(-math.log(2.0) * X / half_life))
    expected = mf.compile(natural, data, backend="reference")
    for name in sys.argv[1:]:
        ours = mf.compile(density, data, backend=name)
        for theta in ([2.0], [3.3]):
            assert math.isclose(ours.nll(theta), expected.nll(theta), rel_tol=1e-9)
            np.testing.assert_allclose(ours.hessian(theta), expected.hessian(theta), rtol=1e-8)
    for name in dialect_names():
        assert "exp2(" in expected_source(density, name)


def expected_source(density: mf.pdfs.Density, dialect: str) -> str:
    return mf.compile(density, {"t": [1.0, 2.0]}, backend="reference").source(dialect)


def a_pass() -> None:
    x, a = mf.Observable("phi", 0, 6), mf.Parameter("a", 0.5, limits=(0, 1))
    u = a * x
    circle = mf.expressions.sin(u) ** 2 + mf.expressions.cos(u) ** 2
    data = {"phi": [0.5, 1.0, 5.0]}
    ours, plain = (
        mf.compile(mf.pdfs.Formula(2.0 + shape), data, backend="reference") for shape in (u * circle, u)
    )
    passes = ours.audit().passes
    assert [step.name for step in passes][:2] == ["simplify", "pythagoras"]
    assert {"sin", "cos"} <= set(passes[0].counts["value"].operations)
    assert not {"sin", "cos"} & set(passes[1].counts["value"].operations)
    assert math.isclose(ours.nll([0.3]), plain.nll([0.3]), rel_tol=1e-12)


def a_dialect() -> None:
    source = expected_source(mf.pdfs.Formula(1.0 + mf.expressions.exp(-X / TAU)), "cpp")
    assert "dialect cpp" in source
    assert "mf_loop_2" in source
    Path("kernel.cpp").write_text(source)


def a_backend() -> None:
    density = mf.pdfs.Formula(mf.expressions.exp(-X / TAU))
    data = mf.sample(density, seed=1, size=1000)
    exact, rounded = (mf.compile(density, data, backend=name) for name in ("reference", "rounded"))
    assert rounded.nll([2.0]) != exact.nll([2.0])
    assert math.isclose(rounded.nll([2.0]), exact.nll([2.0]), rel_tol=1e-7)
    np.testing.assert_allclose(rounded.hessian([2.0]), exact.hessian([2.0]), rtol=1e-6)
    assert rounded.minimise().valid
    assert mf.devices()[-1].backend == "rounded"


def a_minimiser() -> None:
    n = mf.Parameter("n", 900, limits=(0, 9000))
    model = n * mf.pdfs.Formula(mf.expressions.exp(-X / TAU))
    fit = mf.compile(model, mf.sample(model, {"tau": 2.5}, seed=1), backend="reference")
    ours, newton = fit.minimise("halving"), fit.minimise()
    assert ours.valid
    assert ours.minimiser == "halving"
    for name in newton.values:
        assert abs(ours.values[name] - newton.values[name]) < 1e-3 * newton.errors[name]


def a_constraint() -> None:
    from binomial_constraint import BinomialConstraint
    from scipy.stats import binom

    n, efficiency = (
        mf.Parameter("n", 500, limits=(0, 9000)),
        mf.Parameter("efficiency", 0.8, limits=(0.1, 0.99)),
    )
    model = mf.Model({"data": (n * efficiency) * mf.pdfs.Uniform(X)})
    data = {"t": np.linspace(0, 10, 400)}
    free = mf.compile(model, data, backend="reference")
    constraint = BinomialConstraint(efficiency, 90, 100)
    held = mf.compile(model.constrained(constraint), data, backend="reference")
    at = [{"n": 500.0, "efficiency": 0.85}[name] for name in held.parameters]
    assert math.isclose(held.nll(at) - free.nll(at), -binom.logpmf(90, 100, 0.85))
    values = held.minimise().values
    assert math.isclose(values["efficiency"], 0.9, rel_tol=1e-5)
    assert math.isclose(values["n"], 400 / 0.9, rel_tol=1e-5)
    drawn = [
        constraint.fluctuated({"efficiency": 0.7}, np.random.default_rng(i)).successes for i in range(500)
    ]
    assert abs(np.mean(drawn) - 70) < 4 * math.sqrt(21 / 500)


SECTIONS = (a_density, an_operation, a_pass, a_dialect, a_backend, a_minimiser, a_constraint)


def main() -> None:
    problems = {}
    for section in SECTIONS:
        try:
            section()
        except Exception:
            problems[section.__name__] = traceback.format_exc()
    print(json.dumps(problems))


if __name__ == "__main__":
    main()
