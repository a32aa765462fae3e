"""Python's operators for everything that stands for an expression."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from morefit_py.graph.node import Node


class Arithmetic:
    """Adds `+ - * / **`, comparisons, `& | ~` between them and `abs` to a class with a `node` property.

    Equality stays identity (or the class's own): use `build.equal` for an expression that compares.
    """

    __slots__ = ()
    # NumPy scalars on the left would otherwise try to iterate over the expression.
    __array_ufunc__ = None

    @property
    def node(self) -> Node:
        raise TypeError(f"{type(self).__name__} has no expression")

    def __add__(self, other: Any) -> Node:
        return _binary("add", self, other)

    def __radd__(self, other: Any) -> Node:
        return _binary("add", other, self)

    def __sub__(self, other: Any) -> Node:
        return _binary("sub", self, other)

    def __rsub__(self, other: Any) -> Node:
        return _binary("sub", other, self)

    def __mul__(self, other: Any) -> Node:
        return _binary("mul", self, other)

    def __rmul__(self, other: Any) -> Node:
        return _binary("mul", other, self)

    def __truediv__(self, other: Any) -> Node:
        return _binary("div", self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return _binary("div", other, self)

    def __pow__(self, other: Any) -> Node:
        return _binary("pow", self, other)

    def __rpow__(self, other: Any) -> Node:
        return _binary("pow", other, self)

    def __lt__(self, other: Any) -> Node:
        return _binary("less", self, other)

    def __le__(self, other: Any) -> Node:
        return _binary("less_equal", self, other)

    def __gt__(self, other: Any) -> Node:
        return _binary("less", other, self)

    def __ge__(self, other: Any) -> Node:
        return _binary("less_equal", other, self)

    def __and__(self, other: Any) -> Node:
        return _binary("logical_and", self, other)

    def __or__(self, other: Any) -> Node:
        return _binary("logical_or", self, other)

    def __invert__(self) -> Node:
        return _constructor("logical_not")(self)

    def __neg__(self) -> Node:
        return _binary("mul", -1.0, self)

    def __pos__(self) -> Node:
        return self.node

    def __abs__(self) -> Node:
        return _constructor("absolute")(self)

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value while it is built; use select(condition, yes, no)")


def _binary(name: str, left: Any, right: Any) -> Node:
    if _constructor("is_operand")(left) and _constructor("is_operand")(right):
        return _constructor(name)(left, right)
    return NotImplemented  # type: ignore[no-any-return]


@cache
def _constructor(name: str) -> Callable[..., Node]:
    """A smart constructor by name; they are made of nodes, so that they can only be loaded later."""
    from morefit_py.graph import build

    made: Callable[..., Node] = getattr(build, name)
    return made
