"""The names that a spec's texts may use, and what the texts stand for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from morefit_py.errors import ExpressionError, nearest
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.parse import names_in, parse
from morefit_py.graph.parse_functions import number
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.spec.lines import PathParts
from morefit_py.spec.problems import Problems


class Scope:
    """The parameters of a spec, what its names stand for, and which parameters are used.

    A name stands for its parameter, or for an expression of parameters. Without `expressions` only names
    stand for values, as in the contract's format. Files named in the spec are relative to `folder`;
    those that templates were filled from are kept in `files`.
    """

    def __init__(self, problems: Problems, expressions: bool, folder: Path = Path()) -> None:
        self.problems = problems
        self.expressions = expressions
        self.folder = folder
        self.parameters: dict[str, Parameter] = {}
        self.names: dict[str, Operand] = {}
        self.used: set[str] = set()
        self.files: list[Path] = []

    def declare(self, name: str, parameter: Parameter) -> None:
        """Add a parameter, which its name stands for."""
        self.parameters[name] = self.names[name] = parameter

    def value(
        self, path: PathParts, held: Any, observables: Mapping[str, Observable] | None = None
    ) -> Operand | None:
        """The parameter, expression or number that a value stands for; None if it has a problem.

        It may depend on `observables` where these are given.
        """
        if not isinstance(held, str):
            if self.expressions:
                return float(held)
            self.problems.add(path, f"expected the name of a parameter, found {held}")
            return None
        if held in self.names and not (self.expressions and held in (observables or {})):
            return self._seen(self.names[held])
        if not self.expressions or (held.isidentifier() and held not in (observables or {})):
            self.problems.add(path, f"the parameter {held!r} is not declared{nearest(held, self.names)}")
            return None
        return self.expression(path, held, self.names, observables or {})

    def expression(
        self, path: PathParts, text: str, names: Mapping[str, Operand], observables: Mapping[str, Observable]
    ) -> Node | None:
        """The expression that a text stands for; None if it has a problem, such as a name of two things."""
        try:
            for name in sorted(names_in(text) & names.keys() & observables.keys()):
                self.problems.add(path, f"{name!r} is both an observable and a parameter; rename one")
                return None
            found = number(parse(text, {**observables, **names}))
        except ExpressionError as problem:
            self.problems.add(path, str(problem))
            return None
        self._seen(found)
        # A name that falls out of an expression, such as 0 * x, is used all the same.
        self.used |= names_in(text) & self.parameters.keys()
        return found

    def _seen(self, found: Operand) -> Operand:
        self.used |= {node.parameter.name for node in leaves([as_node(found)], Op.PARAM)}
        return found
