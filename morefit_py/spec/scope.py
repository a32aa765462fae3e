"""The names that a spec's texts may use, and what the texts stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from morefit_py.errors import ExpressionError, nearest
from morefit_py.graph.build import Node, Operand
from morefit_py.graph.parse import names_in, parse
from morefit_py.graph.parse_functions import number
from morefit_py.graph.symbols import Parameter
from morefit_py.spec.lines import PathParts
from morefit_py.spec.problems import Problems


class Scope:
    """The parameters of a spec, and which of them its densities and yields refer to.

    Without `expressions` only names of parameters stand for values, as in the contract's format.
    """

    def __init__(self, problems: Problems, expressions: bool) -> None:
        self.problems = problems
        self.expressions = expressions
        self.parameters: dict[str, Parameter] = {}
        self.used: set[str] = set()

    def value(self, path: PathParts, held: Any) -> Operand | None:
        """The parameter, expression or number that a value stands for; None if it has a problem."""
        if not isinstance(held, str):
            if self.expressions:
                return float(held)
            self.problems.add(path, f"expected the name of a parameter, found {held}")
            return None
        if held in self.parameters:
            self.used.add(held)
            return self.parameters[held]
        if not self.expressions or held.isidentifier():
            self.problems.add(path, f"the parameter {held!r} is not declared{nearest(held, self.parameters)}")
            return None
        return self.expression(path, held, self.parameters)

    def expression(self, path: PathParts, text: str, names: Mapping[str, Operand]) -> Node | None:
        """The expression that a text stands for; None if it has a problem."""
        try:
            found = number(parse(text, names))
        except ExpressionError as problem:
            self.problems.add(path, str(problem))
            return None
        self.used |= names_in(text) & self.parameters.keys()
        return found
