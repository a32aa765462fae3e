"""Renders plans as the source of one module: `render(plans, dialect) -> Source`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from morefit_py.codegen.arrays import Arrays
from morefit_py.codegen.blocks import Blocks, blocks
from morefit_py.codegen.dialect import Dialect
from morefit_py.codegen.layout import TABULATED, Layout, function_name, layout
from morefit_py.codegen.notes import comment, header, results_note, value_notes
from morefit_py.codegen.printer import Pass, Printer
from morefit_py.codegen.rows import Rows
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Parameter
from morefit_py.kernel.plan import KernelPlan, Loop, Phase, Scalars, Tabulation
from morefit_py.passes.pipeline import Optimised

if TYPE_CHECKING:
    from jinja2 import Environment


_STEMS = {Op.SUM: "sum_"}
# A multiple of every dialect's vectors, groups and blocks.
_SHORT_CHUNK = 256


@dataclass(frozen=True)
class Source:
    """The source of one module and what is needed to run it."""

    text: str
    layout: Layout


def template_folder() -> Path:
    """Where the Jinja skeletons lie: beside the package in a checkout, inside it when installed."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "codegen_templates"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def render(
    optimised: Optimised,
    plans: Mapping[int, KernelPlan],
    dialect: Dialect,
    labels: Mapping[Node, str] | None = None,
    digest: str = "",
) -> Source:
    """The source of all plans in one dialect; `labels` say what model values stand for."""
    return _Renderer(optimised, plans, dialect, dict(labels or {}), digest).source()


class _Renderer:
    def __init__(
        self,
        optimised: Optimised,
        plans: Mapping[int, KernelPlan],
        dialect: Dialect,
        labels: dict[Node, str],
        digest: str,
    ) -> None:
        self.optimised = optimised
        self.plans = plans
        self.dialect = dialect
        self.labels = labels
        self.digest = digest
        self.layout = layout(plans, _chunk(plans, dialect))
        self.functions: set[str] = set()
        self.arrays = Arrays(dialect)
        self.rows = Rows(dialect, self.arrays, self._template("rows").render)
        self.most_sums = max((len(loop.terms) for plan in plans.values() for loop in plan.loops), default=1)

    def source(self) -> Source:
        phases = [
            text
            for plan in self.plans.values()
            for index, phase in enumerate(plan.phases)
            if (text := self._phase(plan, index, phase).rstrip())
        ]
        text = self._template("module").render(
            header=header(self.optimised, self.dialect.name, self.digest),
            helpers=self._helpers(),
            phases=phases,
            calls=self._calls(),
            chunk=self.layout.chunk,
            most_sums=self.most_sums,
            **self.dialect.options,
        )
        return Source(text, self.layout)

    def _calls(self) -> list[tuple[int, int, list[dict[str, int | str]]]]:
        """Of each order its number, the size of its state, and what it calls in sequence; axis -1 is none."""
        axes = list(self.layout.axes)
        return [
            (
                order,
                held.state_size,
                [
                    {
                        "function": phase.function,
                        "axis": -1 if phase.axis is None else axes.index(phase.axis),
                        "columns": len(self.layout.axes[phase.axis].names) if phase.axis else 0,
                        "sums": phase.sums,
                        "first_sum": phase.first_sum,
                        "points": phase.points,
                        "parts": -(-phase.points // TABULATED),
                    }
                    for phase in held.phases
                ],
            )
            for order, held in self.layout.orders.items()
        ]

    def _template(self, name: str):  # type: ignore[no-untyped-def]
        return _environment().get_template(f"{self.dialect.name}/{name}.j2")

    def _helpers(self) -> list[str]:
        """The definitions of the functions the language lacks and this module uses, with their needs."""
        wanted: dict[str, None] = {}
        for function in sorted(self.functions):
            wanted.update(dict.fromkeys(self.dialect.helpers.get(function, ())))
        return [*(self._helper(name)() for name in wanted), *self.arrays.definitions(self._helper)]

    def _helper(self, path: str) -> Callable[..., str]:
        """What renders a template that stands outside functions."""
        template = _environment().get_template(path)
        known = {"real": self.dialect.real, **self.dialect.options}
        return lambda **variables: template.render(known, **variables).rstrip()

    def _phase(self, plan: KernelPlan, index: int, phase: Phase) -> str:
        name = function_name(plan.order, index, phase)
        if isinstance(phase, Loop):
            names = _names(phase.reads, plan.parameters)
            return self._pass("loop", name, plan, phase, names, dict(phase.tables))
        if isinstance(phase, Tabulation):
            names = {slot: f"value{number}" for number, (_, slot) in enumerate(phase.reads, start=1)}
            return self._pass("tables", name, plan, phase, names, {})
        return self._scalars(name, plan, phase) if self.dialect.scalars_on_device else ""

    def _scalars(self, name: str, plan: KernelPlan, phase: Scalars) -> str:
        names = _names(phase.reads, plan.parameters)
        printer = Printer(self.dialect, names, False, self.arrays)
        body = printer.body(phase.body, [node for _, node in phase.stores], {})
        self.functions |= printer.used_functions
        stores = [
            f"state[{slot}] = {printer.text(node)};{results_note(plan, slot)}" for slot, node in phase.stores
        ]
        return str(
            self._template("scalars").render(
                name=name,
                reads=[
                    _read(self.dialect, False, held, slot, node)
                    for (slot, node), held in zip(phase.reads, names.values(), strict=True)
                ],
                body=body,
                stores=stores,
                order=plan.order,
                size=plan.state_size,
            )
        )

    def _pass(
        self,
        template: str,
        name: str,
        plan: KernelPlan,
        loop: Loop | Tabulation,
        names: dict[Node, str],
        tables: dict[Node, int],
    ) -> str:
        """The function that goes over the rows of an axis, in which values that are read have these names."""
        columns = {node: _column_name(i, node) for i, node in enumerate(loop.columns)}
        grouped = self.dialect.group > 1 and any(node.op is Op.INNER for node in loop.body)
        held = {node: f"{column}[at]" for node, column in columns.items()} if grouped else columns
        printer = Printer(
            self.dialect, names | held, True, self.arrays, self.rows, grouped=grouped, tables=tables
        )
        notes = value_notes(loop.body, self.labels)
        stages = None
        if isinstance(loop, Loop) and self.dialect.block and not grouped:
            stages = self._blocks(loop, printer, notes)
        body = printer.body(loop.body, loop.terms, notes) if stages is None else []
        self.functions |= printer.used_functions
        numbers = self.layout.orders[plan.order]
        place = next(phase for phase in numbers.phases if phase.function == name)
        return str(
            self._template(template).render(
                name=name,
                axis=comment(loop.axis.name),
                order=plan.order,
                size=plan.state_size,
                reads=[
                    _read(self.dialect, True, held, slot, node) + _note(node)
                    for (slot, node), held in zip(loop.reads, names.values(), strict=True)
                ],
                columns=[
                    {"name": columns[node], "number": number, "note": comment(repr(node))}
                    for node, number in zip(loop.columns, place.columns, strict=True)
                ],
                body=[part for line in body for part in line.split("\n")],
                parts=_parts(body) if grouped else [],
                side_by_side=printer.side_by_side,
                group=self.dialect.group,
                terms=[] if stages else [printer.text(node) for node in loop.terms],
                blocks=stages,
                sums=len(loop.terms),
                points=TABULATED,
                rows=len(next(iter(loop.axis.rows.values()), ())),
                first=loop.first_sum if isinstance(loop, Loop) else loop.first_value,
                **self.dialect.options,
            )
        )

    def _blocks(self, loop: Loop, printer: Printer, notes: Mapping[Node, str]) -> Blocks:
        return blocks(loop, printer, notes, min(self.dialect.block, self.layout.chunk))


def _chunk(plans: Mapping[int, KernelPlan], dialect: Dialect) -> int:
    """Rows per partial sum: fewer where each of them costs a pass over other rows."""
    bodies = (node for plan in plans.values() for loop in plan.loops for node in loop.body)
    return _SHORT_CHUNK if any(node.op is Op.INNER for node in bodies) else dialect.chunk


def _parts(body: list[str]) -> list[tuple[bool, list[str]]]:
    """The body cut into what is done for one event after the other, and passes over rows (True)."""
    return [
        (is_pass, [part for line in lines for part in line.split("\n")])
        for is_pass, lines in groupby(body, lambda line: isinstance(line, Pass))
    ]


def _read(dialect: Dialect, in_loop: bool, name: str, slot: int, node: Node) -> str:
    """The statement that names a value of the state; conditions lie there as numbers."""
    held = f"state[{slot}]"
    if node.is_boolean:
        held = f"{dialect.wide(held, in_loop)} != {dialect.number(0.0)}"
    return dialect.declare(name, held, node.is_boolean, in_loop)


def _note(node: Node) -> str:
    from morefit_py.graph.text import formula

    if node.op is Op.PARAM:
        return ""
    text = comment(formula(node, limit=90))
    return f"  // {text}" if len(text) <= 100 else "  // once a call"


def _names(reads: tuple[tuple[int, Node], ...], parameters: tuple[Parameter, ...]) -> dict[Node, str]:
    """p_mu for a parameter, sum_1 for what a loop has left, c_1 for another value of the state."""
    taken: dict[str, int] = {}
    names: dict[Node, str] = {}
    used: set[str] = set()
    for _, node in reads:
        is_parameter = node.op is Op.PARAM
        stem = f"p_{_identifier(node.parameter.name)}" if is_parameter else _STEMS.get(node.op, "c_")
        number = taken.get(stem, 0) + 1
        name = stem if is_parameter else f"{stem}{number}"
        while name in used:
            number += 1
            name = f"{stem}_{number}" if is_parameter else f"{stem}{number}"
        taken[stem] = number
        used.add(name)
        names[node] = name
    return names


def _column_name(index: int, node: Node) -> str:
    if node.op is Op.COLUMN:
        return f"x{index}_{_identifier(node.column.name)}"
    return f"x{index}"


def _identifier(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "unnamed"
