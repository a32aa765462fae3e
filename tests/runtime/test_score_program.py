"""Programs of score products: what they are known by, and that they are derived only when needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from morefit_py.codegen.dialects import dialect_names
from morefit_py.graph.build import ONE, ZERO, column, exp, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.scores import SCORES, EventTerm
from morefit_py.runtime.cache import KernelCache
from morefit_py.runtime.program import ObjectiveProgram
from morefit_py.runtime.score_program import ScoreProgram

A, B = Parameter("a", 0.5), Parameter("b", 1.5)
X, W = Observable("x", 0.0, 1.0), Observable("w", 0.0, 9.0)
LOG = exp(param(A) * column(X)) * param(B)
AXIS = Axis("data")


@pytest.fixture
def cache(tmp_path: Path) -> KernelCache:
    root = tmp_path / "kernels"
    root.mkdir(mode=0o700)
    return KernelCache(root)


def program(cache: KernelCache | None = None) -> ScoreProgram:
    return ScoreProgram([EventTerm(AXIS, LOG, column(W) ** 2)], param(A) ** 2, [A, B], 8, cache=cache)


def test_the_digest_tells_terms_factors_the_rest_and_objectives_apart() -> None:
    others = [
        ScoreProgram([EventTerm(AXIS, LOG, ONE)], param(A) ** 2, [A, B], 8),
        ScoreProgram([EventTerm(AXIS, LOG, column(W) ** 2)], ZERO, [A, B], 8),
        ScoreProgram([EventTerm(AXIS, 2.0 * LOG, column(W) ** 2)], param(A) ** 2, [A, B], 8),
        ObjectiveProgram(param(A) ** 2, [A, B], 8),
    ]
    assert len({program().digest, *(other.digest for other in others)}) == 5
    assert program().digest == program().digest
    assert set(program().axes) == {"data"}


def test_its_one_order_is_the_triangle_of_the_products() -> None:
    x, w = np.array([0.2, 0.5, 0.9]), np.array([1.0, 2.0, 3.0])
    grown = np.exp(0.5 * x)
    score = np.array([1.5 * x * grown, grown])
    expected = (score * w**2) @ score.T + np.diag([2.0, 0.0])
    data = {"data": {"x": x, "w": w}}
    made = program()
    for roots in (made.roots(SCORES), made.optimised.roots[SCORES]):
        found = evaluate(roots, {"a": 0.5, "b": 1.5}, data)
        np.testing.assert_allclose(found, expected[np.triu_indices(2)], rtol=1e-14)
    assert list(made.plans) == [SCORES]


@pytest.mark.parametrize("dialect", dialect_names())
def test_a_source_names_its_results_and_is_derived_once(cache: KernelCache, dialect: str) -> None:
    made = program(cache).source(dialect)
    assert "score products: " in made.text
    # One dialect computes what is done once a call on the host.
    assert "// scores by a and b" in made.text or "scalars" not in made.text
    again = program(cache)
    assert again.source(dialect).text == made.text
    assert "optimised" not in vars(again)
