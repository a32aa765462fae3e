"""How near a kernel comes to what the machine can do: operations and bytes per event, and their time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from morefit_py.codegen.blocks import logarithms
from morefit_py.codegen.dialects import dialect
from morefit_py.graph.node import Node
from morefit_py.graph.op import WITH_ORDER, Op
from morefit_py.kernel.plan import KernelPlan, Loop
from morefit_py.passes.counts import operations_of, row_operations, spent
from morefit_py.runtime.peak import Peak, peak

if TYPE_CHECKING:
    from morefit_py.likelihood.likelihood import Likelihood

ORDERS = {0: "value", 1: "gradient", 2: "hessian"}
# Functions of at least this cost are polynomials: twice as many operations, multiplications with additions.
_DEAR = 12
# What another derivative of a function costs beside the first at the same arguments.
_FURTHER = 16
_REPETITIONS = 20


class Work(BaseModel):
    """What one order of a kernel does for an event, on average over the rows of all channels.

    `operations` are those in floating point, a function counted as those it is made of; `bytes` are those of
    the columns read.
    """

    model_config = ConfigDict(frozen=True)

    operations: float
    bytes: float


class Speed(BaseModel):
    """How fast one order of a kernel was: the least time of several calls per event, and the fractions of the
    machine's peak in operations and in bytes read from memory, above 1 where caches hold the data."""

    model_config = ConfigDict(frozen=True)

    nanoseconds: float
    of_operations: float
    of_bytes: float


@dataclass(frozen=True)
class LoopWork:
    """What a loop over the rows of an axis does for each; `rows` are those of a fixed axis, else 0."""

    axis: str
    rows: int
    operations: int
    bytes: int


def loop_work(plans: Mapping[int, KernelPlan], spoken: str | None) -> dict[str, tuple[LoopWork, ...]]:
    """The loops of each order, by its name, as they are in the dialect spoken, if any."""
    products = bool(spoken and dialect(spoken).block)
    return {ORDERS[order]: tuple(_of(loop, products) for loop in plan.loops) for order, plan in plans.items()}


def work(loops: Mapping[str, tuple[LoopWork, ...]], rows: Mapping[str, int]) -> dict[str, Work]:
    """The work of each order on so many rows of each channel."""
    events = max(1, sum(rows.values()))
    found = {}
    for order, held in loops.items():
        taken = [(rows.get(loop.axis, loop.rows), loop) for loop in held]
        found[order] = Work(
            operations=sum(number * loop.operations for number, loop in taken) / events,
            bytes=sum(number * loop.bytes for number, loop in taken) / events,
        )
    return found


def speeds(likelihood: Likelihood, done: Mapping[str, Work]) -> dict[str, Speed]:
    """The speed of each order at the start, by its name; takes a second, for the peak of the machine.

    Raises BackendError where there is no C compiler to measure the peak with.
    """
    top, events = peak(), max(1, sum(map(len, likelihood.data.values())))
    return {
        name: speed(done[name], _least(likelihood, order) / events, top) for order, name in ORDERS.items()
    }


def speed(done: Work, seconds: float, top: Peak) -> Speed:
    """The speed of this work in so many seconds an event."""
    return Speed(
        nanoseconds=1e9 * seconds,
        of_operations=done.operations / seconds / top.operations,
        of_bytes=done.bytes / seconds / top.bytes,
    )


def _least(likelihood: Likelihood, order: int) -> float:
    theta, taken = likelihood.initial, []
    for _ in range(_REPETITIONS):
        begin = perf_counter()
        likelihood.evaluate(theta, order)
        taken.append(perf_counter() - begin)
    return min(taken)


def _of(loop: Loop, products: bool) -> LoopWork:
    """The work of one row, with one addition a sum; a logarithm in a product is one multiplication."""
    factors = set(logarithms(loop).values()) if products else set()
    inner = row_operations(node for node in loop.body if node.op is Op.INNER)
    operations = _floating(inner) + len(factors) + len(loop.terms)
    seen: set[tuple[Op, tuple[Node, ...]]] = set()
    for node in loop.body:
        if node in factors or node.op is Op.INNER:
            continue
        key = node.op, node.args
        further = node.op in WITH_ORDER and key in seen
        operations += _FURTHER if further else _floating(operations_of(node))
        seen.add(key)
    rows = len(next(iter(loop.axis.rows.values()))) if loop.axis.rows else 0
    return LoopWork(loop.axis.name, rows, operations, 8 * len(loop.columns))


def _floating(operations: Mapping[str, int]) -> int:
    """How many operations in floating point these are, by name."""
    total = 0
    for name, number in operations.items():
        cost = spent({name: 1})
        total += number * (2 * cost if cost >= _DEAR else min(cost, 1))
    return total
