"""Text to expression: plain arithmetic and nothing else.

The text is read by a grammar of its own (`syntax.py`), whose parts then become nodes one by one. No text of
the user is ever evaluated, and `lambda` is a name like any other.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping

from morefit_py.errors import ExpressionError, GraphError, nearest
from morefit_py.graph import build
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.graph.operand import Operand, as_node, const
from morefit_py.graph.parse_functions import (
    CONSTANTS,
    FUNCTIONS,
    ROOT_CONSTANTS,
    check_call,
    number,
    plain_name,
)
from morefit_py.graph.syntax import Part, parts, read
from morefit_py.graph.tokens import point

_OF_NUMBERS: dict[str, Callable[..., Node]] = {
    "+": build.add,
    "-": build.sub,
    "*": build.mul,
    "/": build.div,
    "**": build.pow,
    "<": build.less,
    "<=": build.less_equal,
    ">": lambda a, b: build.less(b, a),
    ">=": lambda a, b: build.less_equal(b, a),
    "==": build.equal,
    "!=": lambda a, b: build.logical_not(build.equal(a, b)),
    "+x": lambda a: a,
    "-x": lambda a: -a,
}
_OF_CONDITIONS: dict[str, Callable[..., Node]] = {
    "&&": build.logical_and,
    "||": build.logical_or,
    "!": build.logical_not,
    "?:": lambda condition, yes, no: build.select(condition, number(yes), number(no)),
}
_FOR_DATA = {
    "&": "write && between conditions",
    "|": "write || between conditions",
    "[]": "elements of lists are not values of a model",
}


def parse(text: str, names: Mapping[str, Operand]) -> Node:
    """The expression a text stands for, with `names` for its variables.

    `+ - * / **`, comparisons (chained as in mathematics), `&& || !` or `and or not`, `condition ? yes : no`,
    the functions and constants of `parse_functions`; a condition counts as 1 or 0 in arithmetic. The result
    is a condition if the text is one. Raises ExpressionError, with the column, for anything else, for
    unknown names, and for constants that are not finite.
    """
    values: dict[Part, Node] = {}
    root = read(text)
    for part in parts(root):
        try:
            values[part] = _node(part, [values[arg] for arg in part.args], names)
        except (ExpressionError, GraphError) as problem:
            raise ExpressionError(point(text, part.at, str(problem))) from None
        except (ArithmeticError, RecursionError, struct.error):
            raise ExpressionError(point(text, part.at, "the value is too large")) from None
    return values[root]


def names_in(text: str) -> set[str]:
    """The names in a text that are not functions; raises ExpressionError for text that cannot be read."""
    return {part.name for part in parts(read(text)) if part.kind == "name"}


def _node(part: Part, args: list[Node], names: Mapping[str, Operand]) -> Node:
    if part.kind == "number":
        return const(float(part.value))
    if part.kind == "name":
        return _variable(part.name, names)
    if part.kind == "call" and part.name in ROOT_CONSTANTS and not args:
        return const(ROOT_CONSTANTS[part.name])
    if part.kind == "call":
        check_call(part.name, FUNCTIONS, len(args))
        found = FUNCTIONS[plain_name(part.name)].make(*args)
    elif part.kind in _OF_NUMBERS:
        found = _OF_NUMBERS[part.kind](*map(number, args))
    elif part.kind in _OF_CONDITIONS:
        found = _OF_CONDITIONS[part.kind](*args)
    else:
        remedy = _FOR_DATA.get(part.kind, "there is no such operation in a model")
        raise ExpressionError(f"{part.kind} is for columns of data only; {remedy}")
    unfolded = all(arg.op is Op.CONST for arg in args) and found.op is not Op.CONST and not found.is_boolean
    if unfolded or (found.op is Op.CONST and not math.isfinite(found.value)):
        raise ExpressionError("the value is not a finite real number")
    return found


def _variable(name: str, names: Mapping[str, Operand]) -> Node:
    if name in names:
        return as_node(names[name])
    if name in CONSTANTS:
        return const(CONSTANTS[name])
    if plain_name(name) in FUNCTIONS:
        raise ExpressionError(f"{name!r} is a function; write {name}(...)")
    raise ExpressionError(f"unknown name {name!r}{nearest(name, names)}")
