"""Text to expression: plain arithmetic and nothing else.

The text is cut into tokens first, and only numbers, operators and stand-ins for the names are handed
to Python's parser, whose tree is then read against a list of what is allowed. No text of the user
is ever evaluated, and `lambda` is a name like any other.
"""

from __future__ import annotations

import ast
import math
import struct
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import pairwise

from morefit_py.errors import ExpressionError, GraphError, nearest
from morefit_py.graph import build
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.graph.operand import Operand, as_node, const
from morefit_py.graph.parse_functions import CONSTANTS, FUNCTIONS, number
from morefit_py.graph.tokens import Tokens, point, tokenise

_Binary = Callable[[Node, Node], Node]

_BINARY: dict[type[ast.operator], _Binary] = {
    ast.Add: build.add,
    ast.Sub: build.sub,
    ast.Mult: build.mul,
    ast.Div: build.div,
    ast.Pow: build.pow,
}
_COMPARISONS: dict[type[ast.cmpop], _Binary] = {
    ast.Lt: build.less,
    ast.LtE: build.less_equal,
    ast.Gt: lambda a, b: build.less(b, a),
    ast.GtE: lambda a, b: build.less_equal(b, a),
    ast.Eq: build.equal,
    ast.NotEq: lambda a, b: build.logical_not(build.equal(a, b)),
}
_REFUSED = "this is not arithmetic"


def parse(text: str, names: Mapping[str, Operand]) -> Node:
    """The expression a text stands for, with `names` for its variables.

    `+ - * / **`, comparisons (chained as in Python), `&& || !` or `and or not`, the functions of
    `parse_functions`, and `pi`; a condition counts as 1 or 0 in arithmetic. The result is a condition
    if the text is one. Raises ExpressionError, with the column, for anything else, for unknown names,
    and for constants that are not finite.
    """
    tokens = tokenise(text)
    reader = _Reader(tokens, names)
    values: dict[ast.AST, Node] = {}
    for part in _post_order(_tree(tokens), reader):
        values[part] = reader.read(part, values)
    return values[part]


def names_in(text: str) -> set[str]:
    """The variables a text refers to; raises ExpressionError for text that cannot be read."""
    tokens = tokenise(text)
    _tree(tokens)
    return tokens.variables() - set(CONSTANTS)


def _tree(tokens: Tokens) -> ast.expr:
    try:
        return ast.parse(tokens.text, mode="eval").body
    except SyntaxError as problem:
        # Python gives no column where the text ends too early.
        at = tokens.position(problem.offset - 1 if problem.offset else len(tokens.text))
        known = any(word in problem.msg for word in ("closed", "unmatched", "nested", "match"))
        what = problem.msg if known else tokens.syntax_hint() or _REFUSED
        raise ExpressionError(point(tokens.source, at, what)) from None
    except (MemoryError, RecursionError):
        raise ExpressionError(
            point(tokens.source, 0, "the expression is nested too deeply; split it")
        ) from None


def _post_order(tree: ast.expr, reader: _Reader) -> list[ast.expr]:
    order, stack = [], [tree]
    while stack:
        part = stack.pop()
        order.append(part)
        stack.extend(reader.children(part))
    order.reverse()
    return order


class _Reader:
    """Reads one node of Python's tree at a time, given the values of its children."""

    def __init__(self, tokens: Tokens, names: Mapping[str, Operand]) -> None:
        self.tokens = tokens
        self.names = names

    def error(self, part: ast.expr, what: str) -> ExpressionError:
        at = self.tokens.position(part.col_offset)
        return ExpressionError(point(self.tokens.source, at, what))

    def children(self, part: ast.expr) -> list[ast.expr]:
        """The operands of a node; fails for every node that is not arithmetic."""
        match part:
            case ast.BinOp(left, operator, right) if type(operator) in _BINARY:
                return [left, right]
            case ast.UnaryOp(_, operand):
                return [operand]
            case ast.BoolOp(_, values):
                return values
            case ast.Compare(left, symbols, others) if all(
                type(symbol) in _COMPARISONS for symbol in symbols
            ):
                return [left, *others]
            case ast.Call(ast.Name(stand_in), args, []):
                self._check_call(part, self.tokens.names[stand_in], len(args))
                return args
            case ast.Name() | ast.Constant():
                return []
        raise self.error(part, _REFUSED)

    def _check_call(self, part: ast.expr, name: str, count: int) -> None:
        if name not in FUNCTIONS:
            raise self.error(part, f"unknown function {name!r}{nearest(name, FUNCTIONS)}")
        least, most = FUNCTIONS[name].arity
        if not least <= count <= most:
            wanted = f"{least} or more" if most > 9 else str(least)
            raise self.error(part, f"{name} takes {wanted} argument{'s' * (wanted != '1')}, not {count}")

    def read(self, part: ast.expr, values: Mapping[ast.AST, Node]) -> Node:
        try:
            result = self._value(part, values)
        except GraphError as problem:
            raise self.error(part, str(problem)) from None
        except (ArithmeticError, RecursionError, struct.error):
            raise self.error(part, "the value is too large") from None
        args = [values[child] for child in self.children(part)]
        constant = bool(args) and all(arg.op is Op.CONST for arg in args)
        unfolded = constant and result.op is not Op.CONST and not result.is_boolean
        if unfolded or (result.op is Op.CONST and not math.isfinite(result.value)):
            raise self.error(part, "the value is not a finite real number")
        return result

    def _value(self, part: ast.expr, values: Mapping[ast.AST, Node]) -> Node:
        match part:
            case ast.Constant(float(value)):
                return const(value)
            case ast.Name(stand_in):
                return self._variable(part, self.tokens.names[stand_in])
            case ast.Call(ast.Name(stand_in), args):
                return FUNCTIONS[self.tokens.names[stand_in]].make(*(values[arg] for arg in args))
            case ast.BinOp(left, operator, right):
                return _BINARY[type(operator)](number(values[left]), number(values[right]))
            case ast.UnaryOp(ast.Not() | ast.Invert(), operand):
                return build.logical_not(values[operand])
            case ast.UnaryOp(sign, operand):
                signed = number(values[operand])
                return -signed if isinstance(sign, ast.USub) else signed
            case ast.BoolOp(ast.And(), parts):
                return reduce(build.logical_and, (values[part] for part in parts))
            case ast.BoolOp(ast.Or(), parts):
                return reduce(build.logical_or, (values[part] for part in parts))
            case ast.Compare(left, symbols, others):
                operands = [number(values[operand]) for operand in (left, *others)]
                pairs = zip(symbols, pairwise(operands), strict=True)
                return reduce(build.logical_and, (_COMPARISONS[type(of)](*pair) for of, pair in pairs))
        raise self.error(part, _REFUSED)

    def _variable(self, part: ast.expr, name: str) -> Node:
        if name in self.names:
            return as_node(self.names[name])
        if name in CONSTANTS:
            return const(CONSTANTS[name])
        if name in FUNCTIONS:
            raise self.error(part, f"{name!r} is a function; write {name}(...)")
        raise self.error(part, f"unknown name {name!r}{nearest(name, self.names)}")
