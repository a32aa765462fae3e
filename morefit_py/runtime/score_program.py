"""The program of the products of scores: a kernel of its own, compiled when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, final

from morefit_py.graph.build import ZERO, Node, add, mul, param, total
from morefit_py.graph.symbols import Parameter
from morefit_py.graph.text import write
from morefit_py.passes.scores import EventTerm, scores
from morefit_py.runtime.cache import KernelCache
from morefit_py.runtime.program import Program

if TYPE_CHECKING:
    from morefit_py.passes.pipeline import Optimised


@final
class ScoreProgram(Program):
    """Sums over events of factor * s s^T, s the score, plus the Hessian of `rest`: the order SCORES alone."""

    def __init__(
        self,
        terms: Sequence[EventTerm],
        rest: Node,
        parameters: Sequence[Parameter],
        columns: int,
        labels: Mapping[Node, str] | None = None,
        cache: KernelCache | None = None,
        given: Sequence[Parameter] = (),
    ) -> None:
        sums = [total(term.axis, part) for term in terms for part in (term.log_density, term.factor)]
        super().__init__([*sums, rest], parameters, columns, labels, cache, given)
        self.terms = tuple(terms)
        self.rest = rest

    @cached_property
    def text(self) -> str:
        """The canonical text of the terms, told from that of an objective."""
        return "products of scores\n" + write(self.defining)

    def plain(self, order: int) -> list[Node]:
        from morefit_py.passes.differentiate import derivatives

        wrt = [param(parameter) for parameter in self.parameters]
        size = len(wrt)
        triangle = dict(derivatives(self.rest, wrt, 2).hessian)
        for term in self.terms:
            by_parameter = scores(term.log_density, wrt)
            for i in range(size):
                for j in range(i, size):
                    product = mul(term.factor, mul(by_parameter[i], by_parameter[j]))
                    triangle[i, j] = add(triangle.get((i, j), ZERO), total(term.axis, product))
        return [triangle.get((i, j), ZERO) for i in range(size) for j in range(i, size)]

    def optimise(self) -> Optimised:
        from morefit_py.passes.pipeline import run_scores

        return run_scores(self.terms, self.rest, self.parameters, self.columns, self.given)
