"""The border to SymPy: users' expressions come in, LaTeX and closed integrals go out.

This is the only file that imports SymPy, and only inside its functions: a fit that does not need it
does not wait for it. No text is ever parsed by SymPy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from morefit_py.errors import ExpressionError, GraphError, nearest
from morefit_py.graph.conditions import FALSE, TRUE
from morefit_py.graph.curve import Curve
from morefit_py.graph.faddeeva import MAX_ORDER
from morefit_py.graph.integral_process import integrate
from morefit_py.graph.log_emg import ORDERS
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import Operand, as_node, const
from morefit_py.graph.symbols import Axis
from morefit_py.graph.sympy_functions import CONSTANTS, FUNCTIONS

__all__ = ["definite_integral", "from_sympy", "integrate", "latex", "to_sympy"]

_TOO_DEEP = "the expression is nested too deeply for SymPy"
_SIMPLE_FRACTION = 1024.0
# Digits of the values of functions that SymPy does not have.
_DIGITS = 40
# Bins of a table up to which it is written out as cases.
_MOST_CASES = 64
# What LaTeX would not print as it stands.
_SPECIAL = {letter: f"\\{letter}" for letter in "#$%&_{} "} | {
    "\\": r"\backslash ",
    "~": r"\sim ",
    "^": r"\wedge ",
}
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")


def from_sympy(expression: Any, symbols: Mapping[Any, Operand]) -> Node:
    """The node of a SymPy expression, `symbols` giving what stands for its symbols, by name or symbol.

    Real mathematics is assumed: a root of a negative number is NaN, and loggamma is log |Gamma|.
    Raises ExpressionError for unknown symbols and functions, complex or infinite numbers.
    """
    import sympy

    if not isinstance(expression, sympy.Basic):
        raise ExpressionError(f"{expression!r} is not a SymPy expression")
    try:
        return _read(expression, symbols)
    except RecursionError:
        raise ExpressionError(_TOO_DEEP) from None


def _read(expression: Any, symbols: Mapping[Any, Operand]) -> Node:
    done: dict[Any, Node] = {}
    stack: list[tuple[Any, bool]] = [(expression, False)]
    while stack:
        part, ready = stack.pop()
        if part in done:
            continue
        kind = type(part).__name__
        if not ready and kind in FUNCTIONS:
            stack.append((part, True))
            stack.extend((child, False) for child in _children(part))
        elif ready:
            done[part] = _apply(kind, [done[child] for child in _children(part)])
        else:
            done[part] = _leaf(part, kind, symbols)
    return done[expression]


def _children(part: Any) -> list[Any]:
    """The operands of a SymPy node; the pairs of a Piecewise one after the other."""
    if type(part).__name__ == "Piecewise":
        return [child for pair in part.args for child in pair.args]
    return list(part.args)


def _apply(kind: str, args: list[Node]) -> Node:
    try:
        result = FUNCTIONS[kind](*args)
    except GraphError as problem:
        raise ExpressionError(f"SymPy's {kind}: {problem}") from None
    if result.stage == Stage.COMPILE and result.op is not Op.CONST and not result.is_boolean:
        raise ExpressionError(f"SymPy's {kind}: the value is not a finite real number")
    return result


def _leaf(part: Any, kind: str, symbols: Mapping[Any, Operand]) -> Node:
    import sympy

    if part.is_Symbol:
        found = symbols.get(part, symbols.get(part.name))
        if found is None:
            names = {str(name) for name in symbols}
            raise ExpressionError(f"unknown symbol {part.name!r}{nearest(part.name, names)}")
        return as_node(found)
    if part is sympy.true or part is sympy.false:
        return TRUE if part is sympy.true else FALSE
    if kind in CONSTANTS:
        return const(CONSTANTS[kind])
    if part.is_Rational or part.is_Float:
        return _number(part)
    if part.is_Number or part.is_NumberSymbol or kind in ("ImaginaryUnit", "ComplexInfinity"):
        raise ExpressionError(f"{part} is not a finite real number")
    raise ExpressionError(f"unknown function {kind!r}{nearest(kind, FUNCTIONS)}")


def _number(part: Any) -> Node:
    try:
        value = int(part.p) / int(part.q) if part.is_Rational else float(part)
        if math.isfinite(value):
            return const(value)
    except OverflowError:
        pass
    raise ExpressionError(f"the number {str(part)[:40]} is too large")


def to_sympy(node: Node) -> Any:
    """The SymPy expression of a node: real symbols by name, sums over rows as undefined functions.

    `detach` is left out, since it does not change the value. Raises ExpressionError where a parameter
    and an observable share a name, and for a graph too deep for SymPy.
    """
    import sympy

    return _write(node, lambda name: sympy.Symbol(name, real=True), _number_out)


def _number_out(value: float) -> Any:
    """Whole numbers and simple binary fractions exactly, others as floats."""
    import sympy

    if abs(value) < 1e15 and (value * _SIMPLE_FRACTION).is_integer():
        return sympy.Rational(int(value * _SIMPLE_FRACTION), int(_SIMPLE_FRACTION))
    return sympy.Float(value)


def _exact_out(value: float) -> Any:
    """The shortest decimal that means this double, as a fraction: SymPy integrates no floats well."""
    import sympy

    return sympy.Rational(repr(value)) if math.isfinite(value) else math.copysign(1.0, value) * sympy.oo


def _write(root: Node, symbol: Callable[[str], Any], number: Callable[[float], Any]) -> Any:
    makers = _makers(number)
    done: dict[Node, Any] = {}
    owner: dict[str, Op] = {}
    try:
        for node in walk([root]):
            if node.op is Op.CONST:
                done[node] = number(node.value)
            elif not node.args:
                name = str(getattr(node.payload, "name", ""))
                if owner.setdefault(name, node.op) is not node.op:
                    raise ExpressionError(f"{name!r} names both a parameter and an observable; rename one")
                done[node] = symbol(name)
            else:
                done[node] = makers[node.op](node, *(done[arg] for arg in node.args))
    except RecursionError:
        raise ExpressionError(_TOO_DEEP) from None
    return done[root]


def _cases(node: Node, x: Any, number: Callable[[float], Any]) -> Any:
    """A table as a Piecewise; raises ExpressionError for one of many bins."""
    import sympy as sp

    held = node.table
    if held.bins > _MOST_CASES:
        raise ExpressionError(
            f"a table of {held.bins} bins is too large for SymPy, which is given at most {_MOST_CASES} cases"
        )
    ends = zip(held.values[:-1], held.edges[1:-1], strict=True)
    cases = [(number(float(value)), sp.Lt(x, number(float(end)))) for value, end in ends]
    return sp.Piecewise(*cases, (number(float(held.values[-1])), True))


def _faddeeva(place: int, x: Any, y: Any, order: int) -> Any:
    """The real (0) or imaginary (1) part of a derivative of w: SymPy has no such function, but its value."""
    import sympy as sp
    from sympy.printing.precedence import PRECEDENCE

    if order > MAX_ORDER:
        # w''' = -2 z w'' - 4 w'
        real, imag = (_faddeeva(part, x, y, 2) for part in (0, 1))
        turned = (x * real - y * imag, x * imag + y * real)[place]
        return -2 * turned - 4 * _faddeeva(place, x, y, 1)

    def value(at_x: Any, at_y: Any, *_: Any) -> Any:
        z = at_x + sp.I * at_y
        w = sp.exp(-(z**2)) * sp.erfc(-sp.I * z)
        slope = -2 * z * w + 2 * sp.I / sp.sqrt(sp.pi)
        return sp.N((w, slope, -2 * z * slope - 2 * w)[order], _DIGITS).as_real_imag()[place]

    def slope(self: Any, index: int) -> Any:
        at_x, at_y = self.args[:2]
        along, across = (_faddeeva(part, at_x, at_y, order + 1) for part in (place, 1 - place))
        return along if index == 1 else across if place else -across

    def written(self: Any, printer: Any) -> str:
        at_x, at_y = printer._print(self.args[0]), printer.parenthesize(self.args[1], PRECEDENCE["Mul"])
        part, marks = ("Re", "Im")[place], "'" * order
        return rf"\operatorname{{{part}}} w{marks}\left({at_x} + i {at_y}\right)"

    name = (Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG)[place].text
    function = sp.Function(name, real=True, _imp_=staticmethod(value), fdiff=slope, _latex=written)
    return function(x, y, order) if order else function(x, y)


def _log_emg(u: Any, kappa: Any, place: int) -> Any:
    """The textbook form, for kappa != 0, or the derivative of order `ORDERS[place]` of it."""
    import sympy as sp

    a, b = sp.symbols("u kappa", real=True, cls=sp.Dummy)
    rest = sp.erfc((1 - a * b) / (sp.sqrt(2) * sp.Abs(b))) / (2 * sp.Abs(b))
    by_u, by_kappa = ORDERS[place]
    found = sp.diff((1 - 2 * a * b) / (2 * b**2) + sp.log(rest), a, by_u, b, by_kappa)
    return found.subs({a: u, b: kappa}, simultaneous=True)


def _named_sum(axis: Axis) -> Any:
    import sympy

    return sympy.Function(f"sum_{re.sub(r'[^A-Za-z0-9]', '', axis.name)}")


def _named_curve(curve: Curve) -> Any:
    import sympy

    return sympy.Function(f"curve_{curve.identity.hex()[:12]}")


def _makers(number: Callable[[float], Any] = _number_out) -> dict[Op, Callable[..., Any]]:
    """SymPy's form of every operation, from a node and its converted arguments."""
    import sympy as sp

    named = {
        Op.ADD: sp.Add, Op.MUL: sp.Mul, Op.POW: sp.Pow, Op.EXP: sp.exp, Op.LOG: sp.log, Op.SQRT: sp.sqrt,
        Op.SIN: sp.sin, Op.COS: sp.cos, Op.TAN: sp.tan, Op.ASIN: sp.asin, Op.ACOS: sp.acos,
        Op.ATAN: sp.atan, Op.ATAN2: sp.atan2, Op.SINH: sp.sinh, Op.COSH: sp.cosh, Op.TANH: sp.tanh,
        Op.ERF: sp.erf, Op.ERFC: sp.erfc, Op.LGAMMA: sp.loggamma, Op.ABS: sp.Abs, Op.MIN: sp.Min,
        Op.MAX: sp.Max, Op.LT: sp.Lt, Op.LE: sp.Le, Op.EQ: sp.Eq, Op.AND: sp.And, Op.OR: sp.Or,
        Op.NOT: sp.Not, Op.FLOOR: sp.floor,
    }  # fmt: skip
    makers: dict[Op, Callable[..., Any]] = {
        op: (lambda node, *args, make=make: make(*args)) for op, make in named.items()
    }
    return makers | {
        Op.IPOW: lambda node, x: sp.Pow(x, node.power),
        Op.FADDEEVA_REAL: lambda node, x, y: _faddeeva(0, x, y, node.power),
        Op.FADDEEVA_IMAG: lambda node, x, y: _faddeeva(1, x, y, node.power),
        Op.LOG_EMG: lambda node, u, kappa: _log_emg(u, kappa, node.power),
        Op.POLYGAMMA: lambda node, x: sp.polygamma(node.power, x),
        Op.TABLE: lambda node, x: _cases(node, x, number),
        Op.EXPM1: lambda node, x: sp.exp(x) - 1,
        Op.LOG1P: lambda node, x: sp.log(1 + x),
        Op.ERFCX: lambda node, x: sp.exp(x**2) * sp.erfc(x),
        Op.SELECT: lambda node, c, a, b: sp.Piecewise((a, c), (b, True)),
        Op.DETACH: lambda node, x: x,
        Op.SUM: lambda node, x: _named_sum(node.axis)(x),
        Op.INNER: lambda node, *args: _named_sum(node.inner.axis)(*args),
        Op.CURVE: lambda node, *args: _named_curve(node.curve)(*args),
    }


def latex(node: Node, names: Mapping[str, str] | None = None) -> str:
    """The LaTeX of an expression; `names` and then the symbols' own `latex` say how each is written.

    Raises ExpressionError as `to_sympy` does.
    """
    import sympy

    written: dict[Any, str] = {}
    for leaf in walk([node]):
        if leaf.op in (Op.PARAM, Op.COLUMN):
            payload = leaf.parameter if leaf.op is Op.PARAM else leaf.column
            own = (names or {}).get(payload.name) or payload.latex or _plain(payload.name)
            if own:
                written[sympy.Symbol(payload.name, real=True)] = own
    try:
        return str(sympy.latex(to_sympy(node), symbol_names=written))
    except RecursionError:
        raise ExpressionError(_TOO_DEEP) from None


def _plain(name: str) -> str:
    """A name that is no identifier as upright text; empty where SymPy's own rules do well."""
    if _PLAIN_NAME.fullmatch(name):
        return ""
    return "\\mathrm{" + "".join(_SPECIAL.get(letter, letter) for letter in name) + "}"


def definite_integral(
    expression: Node, x: str, low: float, high: float, signs: Mapping[str, int], make: Mapping[str, Operand]
) -> Node | None:
    """The definite integral in closed form, or None; without a time limit, see `integrate`.

    `signs` holds +1 or -1 for parameters that cannot change sign; `make` what stands for the names.
    """
    import sympy

    def symbol(name: str) -> Any:
        sign = signs.get(name, 0)
        if not sign:
            return sympy.Symbol(name, real=True)
        return sympy.Symbol(name, positive=True) if sign > 0 else sympy.Symbol(name, negative=True)

    try:
        integrand = _write(expression, symbol, _exact_out)
        found = sympy.integrate(integrand, (symbol(x), _exact_out(low), _exact_out(high)))
        return from_sympy(found, make)
    except (ExpressionError, ArithmeticError, ValueError, TypeError, NotImplementedError, RecursionError):
        return None
