"""What the values of a model's graph are called: comments in kernels, captions in plots of graphs."""

from __future__ import annotations

from morefit_py.graph.build import Node, exp
from morefit_py.graph.op import Op
from morefit_py.model.model import Model
from morefit_py.model.nll import log_density


def labels(model: Model) -> dict[Node, str]:
    """Names for the nodes that stand for yields, shapes, integrals and densities."""
    found: dict[Node, str] = {}
    for channel, mixture in model.channels.items():
        for term in mixture.terms:
            kind = f"{term.name} ({term.density.type})" if term.name != term.density.type else term.name
            if term.expected is not None and term.expected.op is not Op.CONST:
                found.setdefault(term.expected, f"yield of {kind}")
            found.setdefault(term.density.log_shape(), f"log shape of {kind}")
            found.setdefault(exp(term.density.log_shape()), f"shape of {kind}")
            found.setdefault(term.density.integral(), f"integral of {kind}")
        total = log_density(mixture)
        found.setdefault(total, f"log density of {channel}")
        if total.op is Op.LOG:
            found.setdefault(total.args[0], f"density of {channel}")
    return {node: text for node, text in found.items() if node.args}
