"""What the skeleton of a loop in stages is filled with: a block of rows goes through one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from morefit_py.codegen.printer import Printer
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.kernel.plan import Loop
from morefit_py.kernel.stages import Stage, cut

# What defines the functions that sums of logarithms need, among a dialect's helpers.
LOGARITHMS = "mf_add_logs"
# Bytes of the values kept between stages that a processor's first cache is sure to hold.
_KEPT = 32768


@dataclass(frozen=True)
class PrintedStage:
    """One stage as text: columns and kept values that it reads, its statements, values it keeps, terms it
    adds by the number of their sum, and those whose logarithms it adds."""

    columns: list[str]
    reads: list[str]
    body: list[str]
    keeps: list[tuple[str, str]]
    sums: list[tuple[int, str]]
    logs: list[tuple[int, str, str]]


@dataclass(frozen=True)
class Blocks:
    """A loop in stages: their text, the arrays between them, and the rows of a block."""

    stages: list[PrintedStage]
    kept: list[str]
    rows: int


def logarithms(loop: Loop) -> dict[int, Node]:
    """The terms that are logarithms for no other purpose, by their position."""
    uses = Counter(arg for node in loop.body for arg in node.args)
    in_loop = set(loop.body)
    return {
        i: node
        for i, node in enumerate(loop.terms)
        if node.op is Op.LOG and node in in_loop and not uses[node] and loop.terms.count(node) == 1
    }


def blocks(loop: Loop, printer: Printer, notes: Mapping[Node, str], most: int) -> Blocks:
    """The loop in stages, in blocks of at most so many rows."""
    logs = logarithms(loop)
    body = [node for node in loop.body if node not in logs.values()]
    terms = [node.args[0] if i in logs else node for i, node in enumerate(loop.terms)]
    ready = dict(printer.texts)
    held: dict[Node, str] = {}
    printed = []
    for stage in cut(body, terms):
        printer.texts = dict(ready)
        reads = [printer.load(node, held[node]) for node in stage.reads]
        results = [*stage.keeps, *(terms[i] for i in stage.terms)]
        lines = printer.body(stage.body, results, notes)
        held |= {node: f"held_{printer.text(node)}" for node in stage.keeps}
        printed.append(
            PrintedStage(
                columns=[printer.text(node) for node in loop.columns if _is_read(node, stage, terms)],
                reads=reads,
                body=lines,
                keeps=[(held[node], printer.text(node)) for node in stage.keeps],
                sums=[(i, printer.text(terms[i])) for i in stage.terms if i not in logs],
                logs=[(i, printer.text(terms[i]), notes.get(logs[i], "")) for i in stage.terms if i in logs],
            )
        )
    if logs:
        printer.used_functions.add(LOGARITHMS)
    return Blocks(printed, list(held.values()), _rows(most, len(held) + len(logs)))


def _is_read(column: Node, stage: Stage, terms: Sequence[Node]) -> bool:
    return any(column in node.args for node in stage.body) or any(terms[i] is column for i in stage.terms)


def _rows(most: int, arrays: int) -> int:
    """The rows of a block: as many as caches hold of what is kept, a power of two."""
    rows = most
    while rows > 64 and 8 * rows * arrays > _KEPT:
        rows //= 2
    return rows
