"""Names for the values of a model."""

from __future__ import annotations

import morefit_py as mf
from morefit_py.graph.node import walk
from morefit_py.model.labels import labels
from morefit_py.model.model import as_model
from morefit_py.model.nll import nll

X = mf.Observable("x", 0.0, 1.0)


def test_components_are_named_and_their_values_are_in_the_graph() -> None:
    n, m = mf.Parameter("n", 5, limits=(0, 9)), mf.Parameter("m", 6, limits=(0, 9))
    slope = mf.Parameter("s", 0.1, limits=(-1, 1))
    mixture = (n * mf.pdfs.Exponential(X, slope) + 2.0 * m * mf.pdfs.Uniform(X)).named("decay", "flat")
    model = as_model(mixture)
    found = labels(model)
    texts = set(found.values())
    assert {
        "log shape of decay (exponential)",
        "shape of decay (exponential)",
        "yield of flat (uniform)",
    } <= texts
    assert "density of data" in texts
    inside = set(walk([nll(model)]))
    density = next(node for node, text in found.items() if text == "density of data")
    assert density in inside
