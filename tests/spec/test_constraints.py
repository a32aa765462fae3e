"""Constraints of specs, named expressions, and blinded parameters."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import morefit_py as mf
from morefit_py.errors import SpecError
from morefit_py.graph.meaning import evaluate
from morefit_py.model.blinding import offset

SPEC = """
schema_version: morefit_spec_v1
model:
  parameters:
    n: {{ init: 100, limits: [0, 1000] }}
    mu: {{ init: 5, limits: [0, 10]{} }}
    sigma: {{ init: 1, limits: [0.1, 3]{} }}
    k: {{ init: 50, limits: [0, 1000] }}
  expressions:
    total: n + k
    wide: 2 * sigma
  constraints: [{}]
channels:
  - name: c
    data: {{ file: x.parquet }}
    observables: [{{ name: x, bounds: [0, 10] }}]
    processes:
      - {{ name: core, pdf: {{ type: gaussian, observable: x, mu: mu, sigma: sigma }}, yield: n }}
      - {{ name: wide, pdf: {{ type: gaussian, observable: x, mu: mu, sigma: wide }}, yield: k }}
"""
VALUES = {"n": 100.0, "mu": 5.0, "sigma": 1.0, "k": 50.0}


def model(folder: Path, mu: str = "", sigma: str = "", constraints: str = "") -> mf.Model:
    pq.write_table(pa.table({"x": np.linspace(1.0, 9.0, 50)}), folder / "x.parquet")
    (folder / "spec.yaml").write_text(SPEC.format(mu, sigma, constraints))
    return mf.load(folder / "spec.yaml")[0]


def terms(held: mf.Model) -> list[float]:
    return [float(evaluate([constraint.nll()], VALUES)[0]) for constraint in held.constraints]


def test_every_kind(tmp_path: Path) -> None:
    found = model(
        tmp_path,
        ", constraint: { gaussian: [4.8, 0.5] }",
        ", constraint: { type: log_normal, median: 1.1, kappa: 1.2 }",
        """
        { type: poisson, quantity: total, observed: 140 },
        { type: gaussian, quantity: k / n, mean: 0.4, sigma: 0.1 },
        { type: multivariate_gaussian, quantities: [mu, 2*sigma], means: [5.1, 2.2],
          covariance: [[0.04, 0.01], [0.01, 0.09]] },
        { type: penalty, expression: (mu - 5.5)**2 },
        """,
    )
    quantities = (
        mf.Parameter("n", 1.0),
        mf.Parameter("k", 1.0),
        mf.Parameter("mu", 5),
        mf.Parameter("sigma", 1),
    )
    n, k, mu, sigma = quantities
    expected = [
        mf.GaussianConstraint(mu, 4.8, 0.5),
        mf.LogNormalConstraint(sigma, 1.1, 1.2),
        mf.PoissonConstraint(n + k, 140),
        mf.GaussianConstraint(k / n, 0.4, 0.1),
        mf.MultivariateGaussianConstraint((mu, 2.0 * sigma), (5.1, 2.2), [[0.04, 0.01], [0.01, 0.09]]),  # type: ignore[arg-type]
        mf.Penalty((mu - 5.5) ** 2),
    ]
    assert terms(found) == pytest.approx([evaluate([held.nll()], VALUES)[0] for held in expected])


def test_a_blinded_parameter_stays_blind(tmp_path: Path) -> None:
    found = model(tmp_path, ', blind: { text: "paper", scale: 0.5 }, constraint: { gaussian: [4.8, 0.5] }')
    shifted = {**VALUES, "mu": 5.0 + offset("paper", 0.5)}
    plain = model(tmp_path, ", constraint: { gaussian: [4.8, 0.5] }")
    columns = {"": {"x": np.array([4.0, 5.0])}}
    for blind, open_ in zip(found.channels["c"].terms, plain.channels["c"].terms, strict=True):
        one = evaluate([blind.density.density()], shifted, columns)[0]
        np.testing.assert_allclose(one, evaluate([open_.density.density()], VALUES, columns)[0], rtol=1e-12)
    # What is known is known of the true value.
    assert evaluate([found.constraints[0].nll()], shifted)[0] == pytest.approx(terms(plain)[0])


@pytest.mark.parametrize(
    ("constraints", "message"),
    [
        (
            "{ type: poisson, quantity: m, observed: 3 }",
            r"constraints\[0\].quantity: the parameter 'm' is not decl",
        ),
        ("{ type: poisson, quantity: n, observed: -3 }", r"constraints\[0\].observed: -3 is not >= 0"),
        ("{ type: log_normal, quantity: n, median: 1, kappa: 1 }", r"kappa: 1 is not > 1"),
        ("{ type: penalty, expression: log(mu - 6) }", "it is nan at the start of its parameters"),
        ("{ type: penalty, expression: x }", "the parameter 'x' is not declared"),
        (
            "{ type: poison, quantity: n, observed: 3 }",
            "unknown constraint type 'poison'; did you mean 'poisson'",
        ),
        (
            "{ type: multivariate_gaussian, quantities: [mu], means: [1, 2], covariance: [[1]] }",
            r"spec.yaml:\d+ model.constraints\[0\].means: .*2 means for 1 quantities",
        ),
        (
            "{ type: multivariate_gaussian, quantities: [mu, n], means: [1, 2], covariance: [[1,2],[2,1]] }",
            "the covariance is not positive definite",
        ),
    ],
)
def test_problems(tmp_path: Path, constraints: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        model(tmp_path, constraints=constraints)


def test_names_stand_for_one_thing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": np.linspace(1.0, 9.0, 50)}), tmp_path / "x.parquet")
    for old, new, message in (
        ("total:", "mu:", "expressions.mu: 'mu' is the name of a parameter already; rename one"),
        ("total: n + k", "total: n + j", "expressions.total: unknown name 'j'"),
        ("wide: 2 * sigma", "wide: 2 * later", "unknown name 'later'"),
    ):
        (tmp_path / "spec.yaml").write_text(SPEC.format("", "", "").replace(old, new))
        with pytest.raises(SpecError, match=message):
            mf.load(tmp_path / "spec.yaml")


def test_a_parameter_that_is_only_constrained_is_not_used(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": np.linspace(1.0, 9.0, 50)}), tmp_path / "x.parquet")
    text = SPEC.format("", "", "{ type: gaussian, quantity: spare, mean: 0, sigma: 1 }")
    (tmp_path / "spec.yaml").write_text(text.replace("    k: {", "    spare: { init: 0 }\n    k: {"))
    with pytest.warns(mf.MorefitWarning, match="the parameter 'spare' is declared, but"):
        mf.load(tmp_path / "spec.yaml")


def test_errors_per_event_in_a_spec(tmp_path: Path) -> None:
    """A value may be an observable, which the density is then conditional on."""
    rng = np.random.default_rng(1)
    errors = rng.uniform(0.2, 0.6, 400)
    pq.write_table(pa.table({"x": rng.normal(5.0, errors), "s": errors}), tmp_path / "x.parquet")
    text = SPEC.format("", "", "").replace(
        "bounds: [0, 10] }", "bounds: [0, 10] }, { name: s, bounds: [0.1, 1] }"
    )
    (tmp_path / "spec.yaml").write_text(
        text.replace("sigma: sigma }", "sigma: s }").replace("sigma: wide }", "sigma: sigma * s }")
    )
    held, data = mf.load(tmp_path / "spec.yaml")
    assert [x.name for x in held.channels["c"].given] == ["s"]
    assert isinstance(data, mf.Dataset)
    fit = mf.compile(held, data)
    assert np.isfinite(fit.nll(fit.initial))
