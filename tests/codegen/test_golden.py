"""One small model in every dialect, to be read: the kernels of `golden/`.

After a change that is meant, `pytest tests/codegen --update-golden` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.codegen.render import render
from morefit_py.graph import build
from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.passes.counts import count
from morefit_py.passes.pipeline import Optimised, Step

GOLDEN = Path(__file__).parent / "golden"


def small_model() -> tuple[Optimised, dict[Node, str]]:
    """A peak on a flat background, in the form that the passes leave: the NLL and two derivatives."""
    x = Observable("mass", 5000.0, 6000.0)
    n, mu, sigma = (Parameter(name, 1.0) for name in ("n", "mu", "sigma"))
    t = (build.column(x) - mu) / sigma
    shape = build.exp(-0.5 * t**2)
    density = n * shape / sigma + 0.001
    axis = Axis("data")
    value = n * build.erf(1.0 / build.param(sigma)) - build.total(axis, build.log(density))
    by_n = build.erf(1.0 / build.param(sigma)) - build.total(axis, shape / (density * sigma))
    by_mu = -1.0 * build.total(axis, n * shape * t / (density * sigma**2))
    roots = {0: [value], 1: [value, by_n, by_mu]}
    steps = (Step("by hand", {order: count(held) for order, held in roots.items()}),)
    labels = {shape: "shape of the peak", density: "density of data"}
    return Optimised((n, mu, sigma), roots, frozenset(), steps, "by hand", {}), labels


@pytest.mark.parametrize("name", dialect_names())
def test_a_kernel_reads_as_it_did(name: str, update_golden: bool) -> None:
    optimised, labels = small_model()
    spoken = dialect(name)
    plans = {order: plan(optimised, order) for order in optimised.roots}
    text = render(optimised, plans, spoken, labels, "0" * 64).text
    path = GOLDEN / f"small.{spoken.extension}"
    if update_golden:
        path.write_text(text)
    assert text == path.read_text()
