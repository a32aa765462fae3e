"""The constant arrays of one module, and the functions that look things up in them or in tables of a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.dialect import Dialect
from morefit_py.graph.curve import STENCIL, WEIGHTS, Grid
from morefit_py.graph.op import Op
from morefit_py.graph.table import Table

Array = NDArray[np.float64]
Template = Callable[..., str]
_WIDTH = 106
# A constant array in a source of any dialect: how many numbers, and the numbers.
_WRITTEN = re.compile(r"^[a-z_ ]*const[a-z]* \w+ \w+\[(\d+)\] = \{[^{}]*\};$", re.MULTILINE)


class Arrays:
    """Names arrays and tables where they are first used, so that each is defined once a module."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._arrays: dict[bytes, tuple[str, Array]] = {}
        self._tables: dict[Table, int] = {}
        self._lookups: dict[tuple[Table, bool], None] = {}
        self._curves: dict[tuple[Grid, int], int] = {}
        self._interpolations: dict[tuple[Grid, int, bool], None] = {}

    def name(self, values: Array) -> str:
        """The name of a constant array with these values."""
        held = np.ascontiguousarray(values, dtype=np.float64)
        return self._arrays.setdefault(held.tobytes(), (f"mf_array{len(self._arrays) + 1}", held))[0]

    def lookup(self, table: Table, in_loop: bool) -> str:
        """The name of the function that looks up one table."""
        number = self._tables.setdefault(table, len(self._tables) + 1)
        self._lookups[table, in_loop] = None
        return self.dialect.function(Op.TABLE, in_loop).format(number)

    def interpolation(self, grid: Grid, order: int, in_loop: bool) -> str:
        """The name of the function that interpolates on a grid, or the derivative of that."""
        number = self._curves.setdefault((grid, order), len(self._curves) + 1)
        self._interpolations[grid, order, in_loop] = None
        return self.dialect.function(Op.CURVE, in_loop).format(number)

    def definitions(self, template: Callable[[str], Template]) -> list[str]:
        """The source of all arrays and functions, `template` giving what renders a template by its path."""
        functions: dict[str, None] = {}
        for table, in_loop in self._lookups:
            variables = {
                "number": self._tables[table],
                "edges": self.name(table.edges[:-1]),
                "values": self.name(table.values),
                "steps": _steps(table.bins),
            }
            for path in self.dialect.helpers[self.dialect.function(Op.TABLE, in_loop)]:
                functions[template(path)(**variables)] = None
        for grid, order, in_loop in self._interpolations:
            for path in self.dialect.helpers[self.dialect.function(Op.CURVE, in_loop)]:
                functions[template(path)(**self._polynomials(grid, order))] = None
        arrays = [
            template("common/array.j2")(name=name, size=held.size, lines=self._lines(held))
            for name, held in self._arrays.values()
        ]
        return [*arrays, *functions]

    def _polynomials(self, grid: Grid, order: int) -> dict[str, object]:
        """The weights of the first half of a stencil: even and odd parts as polynomials in the square.

        Those of the other half are the same mirrored, with the sign that the order gives.
        """
        spell = self.dialect.number
        weights = WEIGHTS[order] * grid.per_unit**order
        return {
            "number": self._curves[grid, order],
            "order": order,
            "low": spell(grid.low),
            "per_unit": spell(grid.per_unit),
            "points": grid.points,
            "middle": spell((STENCIL - 1) / 2.0),
            "most": spell(float(grid.points - STENCIL)),
            "zero": spell(0.0),
            "back": spell(STENCIL // 2 - 1.0),
            "stencil": STENCIL,
            "even": [self._horner(row[0::2]) for row in weights[: STENCIL // 2]],
            "odd": [self._horner(row[1::2]) for row in weights[: STENCIL // 2]],
            "sign": "-" if order % 2 else "+",
            "mirrored": "+" if order % 2 else "-",
        }

    def _horner(self, coefficients: Array) -> str:
        """A polynomial in `s`, the lowest power first."""
        if not len(coefficients):
            return self.dialect.number(0.0)
        text = self.dialect.number(float(coefficients[-1]))
        for number in coefficients[-2::-1].tolist():
            text = f"({text}) * s + {self.dialect.number(number)}"
        return text

    def _lines(self, values: Array) -> list[str]:
        return wrap(", ".join(map(self.dialect.number, values.tolist())), _WIDTH, break_on_hyphens=False)


def code_length(source: str) -> int:
    """The length of a source without its constant arrays, which cost compilers little."""
    return len(_WRITTEN.sub("", source))


def constant_numbers(source: str) -> int:
    """How many numbers the constant arrays of a source hold."""
    return sum(int(found) for found in _WRITTEN.findall(source))


def _steps(bins: int) -> list[int]:
    """How far a binary search over so many edges steps each time."""
    steps = []
    while bins > 1:
        steps.append(bins // 2)
        bins -= bins // 2
    return steps
