"""Python's operators for everything that stands for an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from morefit_py.graph.node import Node


class Arithmetic:
    """Adds `+ - * / **`, comparisons and `abs` to a class with a `node` property.

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

    def __neg__(self) -> Node:
        return _binary("mul", -1.0, self)

    def __pos__(self) -> Node:
        return self.node

    def __abs__(self) -> Node:
        from morefit_py.graph import build

        return build.absolute(self)

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value while it is built; use select(condition, yes, no)")


def _binary(name: str, left: Any, right: Any) -> Node:
    from morefit_py.graph import build

    if not (build.is_operand(left) and build.is_operand(right)):
        return NotImplemented  # type: ignore[no-any-return]
    return cast("Node", getattr(build, name)(left, right))
