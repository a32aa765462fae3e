"""Prints scheduled values as statements: one printer for every dialect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from morefit_py.codegen.arrays import Arrays
from morefit_py.codegen.dialect import Dialect
from morefit_py.graph.node import Node
from morefit_py.graph.op import WITH_ORDER, Op

if TYPE_CHECKING:
    from morefit_py.codegen.rows import Rows

# Binding strength of a printed expression, as in C.
_ATOM, _PRODUCT, _SUM, _COMPARISON, _LOGIC, _CHOICE = 9, 7, 6, 5, 3, 1
_INFIX = {
    Op.LT: (" < ", _COMPARISON), Op.LE: (" <= ", _COMPARISON), Op.EQ: (" == ", _COMPARISON),
    Op.AND: (" && ", _LOGIC), Op.OR: (" || ", _LOGIC),
}  # fmt: skip
_INLINE = {Op.ADD, Op.MUL, Op.LT, Op.LE, Op.EQ, Op.AND, Op.OR, Op.NOT, Op.ABS, Op.DETACH}
_WIDTH = 64
_STEMS = {Op.EXP: "e", Op.LOG: "ln", Op.SELECT: "pick", Op.SQRT: "root", Op.INNER: "rows"}

Text = tuple[str, int]


class Pass(str):
    """A pass over rows: statements of their own among those of the events."""


class Printer:
    """Prints the body of one phase; `names` are the values that are there already.

    `arrays` collects the tables of the module, `rows` prints passes over rows, and names of values begin
    with `prefix`. With `grouped` the values of a group of events are elements `at` of arrays, which
    `side_by_side` then lists by name, conditions with True. `tables` says where in the state those of curves
    begin.
    """

    def __init__(
        self,
        dialect: Dialect,
        names: Mapping[Node, str],
        in_loop: bool,
        arrays: Arrays | None = None,
        rows: Rows | None = None,
        prefix: str = "",
        grouped: bool = False,
        tables: Mapping[Node, int] | None = None,
    ) -> None:
        self.dialect = dialect
        self.arrays = arrays or Arrays(dialect)
        self.rows = rows
        self.prefix = prefix
        self.grouped = grouped
        self.tables = tables or {}
        self.side_by_side: dict[str, bool] = {}
        self.in_loop = in_loop
        self.texts: dict[Node, Text] = {node: (name, _ATOM) for node, name in names.items()}
        self.used_functions: set[str] = set()
        self._taken: Counter[str] = Counter()

    def body(self, nodes: Sequence[Node], results: Sequence[Node], notes: Mapping[Node, str]) -> list[str]:
        """The statements that compute the nodes; short ones used once are written in place."""
        uses = Counter(arg for node in nodes for arg in node.args)
        uses.update(results)
        squared = {node.args[0] for node in nodes if node.op is Op.IPOW and node.power != -1}
        entering = {arg for node in nodes if node.op is Op.INNER for arg in node.args}
        kept = set(results) | squared | entering
        lines: list[str] = []
        for run in _runs(nodes):
            node = run[0]
            if node.op is Op.INNER:
                lines.append(self._over_rows(run, notes))
                continue
            text = self.expression(node)
            in_place = uses[node] == 1 and node not in kept and node not in notes
            if in_place and node.op in _INLINE and len(text[0]) <= _WIDTH:
                self.texts[node] = text
                continue
            name = self._name(node)
            line = self._declared(name, text[0], node.is_boolean)
            lines.append(f"{line}  // {notes[node]}" if node in notes else line)
            self.texts[node] = (self._held(name, node.is_boolean), _ATOM)
        return lines

    def _held(self, name: str, is_mask: bool) -> str:
        """How a value of this name is read."""
        if not self.grouped:
            return name
        self.side_by_side[name] = is_mask
        return f"{name}[at]"

    def _declared(self, name: str, expression: str, is_mask: bool) -> str:
        if self.grouped:
            return f"{name}[at] = {expression};"
        return self.dialect.declare(name, expression, is_mask, self.in_loop)

    def _over_rows(self, sums: Sequence[Node], notes: Mapping[Node, str]) -> Pass:
        """One pass over the rows of an axis, for the sums that are taken in it."""
        assert self.rows is not None
        names = [self._name(node) for node in sums]
        lines = self.rows.lines(self, sums, names)
        self.texts |= {node: (self._held(name, False), _ATOM) for node, name in zip(sums, names, strict=True)}
        said = [f"// {name}: {notes[node]}" for node, name in zip(sums, names, strict=True) if node in notes]
        return Pass("\n".join(lines + said))

    def load(self, node: Node, array: str) -> str:
        """The statement that reads a value kept in an array, under a name of its own."""
        name = self._name(node)
        self.texts[node] = (name, _ATOM)
        held = f"{array}[at] != 0.0" if node.is_boolean else f"{array}[at]"
        return self.dialect.declare(name, held, node.is_boolean, self.in_loop)

    def text(self, node: Node) -> str:
        """The printed form of a value: its name, or the number it is."""
        return self._text(node)[0]

    def _name(self, node: Node) -> str:
        stem = _STEMS.get(node.op, "t")
        if node.op is Op.IPOW:
            stem = "inv" if node.power == -1 else "sq"
        if node.is_boolean:
            stem = "is"
        self._taken[stem] += 1
        return f"{self.prefix}{stem}{self._taken[stem]}"

    def _text(self, node: Node) -> Text:
        if node.op is Op.CONST:
            return self.dialect.number(node.value), _ATOM
        return self.texts[node]

    def _wrapped(self, node: Node, level: int) -> str:
        text, binding = self._text(node)
        return text if binding >= level else f"({text})"

    def expression(self, node: Node) -> Text:
        """An operation on printed arguments, with the strength it binds."""
        op = node.op
        if op is Op.ADD:
            return self._sum(node)
        if op is Op.MUL:
            return self._product(node)
        if op is Op.IPOW:
            return self._power(node)
        if op in _INFIX:
            sign, level = _INFIX[op]
            if all(arg.op is Op.CONST for arg in node.args):
                return sign.join(map(self._argument, node.args)), level
            return sign.join(self._wrapped(arg, level + 1) for arg in node.args), level
        if op is Op.NOT:
            return f"!{self._wrapped(node.args[0], _ATOM)}", _PRODUCT
        if op is Op.DETACH:
            return self._text(node.args[0])
        if op is Op.SELECT:
            return self._choice(*(self._wrapped(arg, _CHOICE + 1) for arg in node.args))
        if op in (Op.MIN, Op.MAX):
            sign = "<" if op is Op.MIN else ">"
            a, b = (self._wrapped(arg, _COMPARISON + 1) for arg in node.args)
            return self._choice(f"({a} {sign} {b})", a, b)
        args = [self._argument(arg) for arg in (node.args[:1] if op is Op.CURVE else node.args)]
        if op is Op.TABLE:
            return f"{self.arrays.lookup(node.table, self.in_loop)}({args[0]})", _ATOM
        if op is Op.CURVE:
            function = self.arrays.interpolation(node.curve.grid, node.curve.order, self.in_loop)
            return f"{function}({args[0]}, state + {self.tables[node]})", _ATOM
        if op in WITH_ORDER:
            args.insert(0, str(node.power))
        return self._call(op, args), _ATOM

    def _call(self, op: Op, args: Sequence[str]) -> str:
        function = self.dialect.function(op, self.in_loop)
        self.used_functions.add(function)
        return f"{function}({', '.join(args)})"

    def _argument(self, node: Node) -> str:
        text = self.text(node)
        return self.dialect.wide(text, self.in_loop) if node.op is Op.CONST else text

    def _choice(self, condition: str, yes: str, no: str) -> Text:
        if self.in_loop and self.dialect.event_choice:
            return self.dialect.choose(condition, yes, no), _ATOM
        return f"{condition} ? {yes} : {no}", _CHOICE

    def _sum(self, node: Node) -> Text:
        a, b = node.args
        if _is_negative(a) and not _is_negative(b):
            a, b = b, a
        if b.op is Op.CONST and b.value < 0:
            return f"{self._wrapped(a, _SUM)} - {self.dialect.number(-b.value)}", _SUM
        if b.op is Op.MUL and self.texts[b][1] != _ATOM and b.args[0].op is Op.CONST and b.args[0].value < 0:
            factor = -b.args[0].value
            rest = self._wrapped(b.args[1], _PRODUCT + 1)
            text = rest if factor == 1.0 else f"{self.dialect.number(factor)} * {rest}"
            return f"{self._wrapped(a, _SUM)} - {text}", _SUM
        return f"{self._wrapped(a, _SUM)} + {self._wrapped(b, _SUM)}", _SUM

    def _product(self, node: Node) -> Text:
        a, b = node.args
        if a.op is Op.CONST and a.value == -1.0:
            return f"-{self._wrapped(b, _PRODUCT + 1)}", _PRODUCT
        return f"{self._wrapped(a, _PRODUCT)} * {self._wrapped(b, _PRODUCT + 1)}", _PRODUCT

    def _power(self, node: Node) -> Text:
        base = self._wrapped(node.args[0], _ATOM)
        power = abs(node.power)
        if power <= 4:
            text = " * ".join([base] * power)
        else:
            text = self._call(Op.IPOW, [self._argument(node.args[0]), str(power)])
        if node.power > 0:
            return text, _PRODUCT
        inner = text if power == 1 or power > 4 else f"({text})"
        return f"{self.dialect.number(1.0)} / {inner}", _PRODUCT


def _runs(nodes: Sequence[Node]) -> list[list[Node]]:
    """The nodes one by one, but neighbours that are sums over one axis together, if none needs another."""
    found: list[list[Node]] = []
    for node in nodes:
        run = found[-1] if found else []
        if (
            run
            and node.op is run[0].op is Op.INNER
            and node.inner.axis == run[0].inner.axis
            and not set(node.args) & set(run)
        ):
            run.append(node)
        else:
            found.append([node])
    return found


def _is_negative(node: Node) -> bool:
    if node.op is Op.CONST:
        return node.value < 0
    return node.op is Op.MUL and node.args[0].op is Op.CONST and node.args[0].value < 0
