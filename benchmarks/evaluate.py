"""Value, gradient and Hessian per call on every usable backend, against the kernel written by hand.

Each number of threads has a process of its own, as OpenCL fixes it for good; within it the calls take
turns. The backends must first agree with the hand-written kernel.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

import morefit_py as mf
from benchmarks import limit, process
from benchmarks.figures import TARGET, Table, at_most
from benchmarks.machine import cores
from benchmarks.models import A
from benchmarks.timing import interleaved

NAME = "evaluate"
ORDERS = ("value", "gradient", "hessian")
LIBRARY, INLINE = limit.VARIANTS
EXTRA = "by hand, one exponential"
# Value and gradient at the largest sample, as a multiple of the kernel by hand.
GOALS = {"c": 1.3, "opencl": 3.0}
REFERENCE_MOST = 100_000

Measured = dict[str, dict[str, float]]


def tables(quick: bool) -> list[Table]:
    """Milliseconds of each call, and ratios to the kernel by hand."""
    sizes = (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000)
    backends = tuple(dict.fromkeys(device.backend for device in mf.devices() if device.usable))
    runners = (LIBRARY, INLINE, *backends, EXTRA)
    times = Table(
        NAME,
        f"Milliseconds per call, model A ({A.title}); medians",
        ("threads", "events", "order", *runners),
        remarks=[
            f"The gradient's calls give the value too, and the Hessian's all three. \"{EXTRA}\": both "
            "components divided by one of them, which no compiler was asked to find.",
        ],
    )
    ratios = Table(
        "ratios",
        "Value and gradient per call, as multiples of the kernel by hand in the same run (model A)",
        ("on", "threads", "events", f"of {LIBRARY}", *TARGET, f"of {INLINE}"),
    )
    for count in dict.fromkeys((1, min(2, cores()))):
        for events in sizes:
            try:
                found = process.run("benchmarks.evaluate", count, events, **process.threads(count))
            except process.ChildError as problem:
                ratios.add(f"failed: {problem}", count, events, None, "a figure", False, None)
                continue
            for order in ORDERS:
                taken = found["times"][order]
                cells = [1e3 * taken[name]["median"] if name in taken else None for name in runners]
                times.add(count, events, order, *cells)
            _fill_ratios(ratios, count, events, found["times"]["gradient"], events == sizes[-1])
            times.details[f"{count} threads, {events} events"] = found["times"]
            times.remarks.extend(word for word in found["remarks"] if word not in times.remarks)
    return [times, ratios]


def _fill_ratios(table: Table, threads: int, events: int, taken: Measured, judged: bool) -> None:
    for name, goal in GOALS.items():
        if name not in taken:
            continue
        library, inline = (
            taken[name]["median"] / taken[by_hand]["median"] if by_hand in taken else None
            for by_hand in (LIBRARY, INLINE)
        )
        target = at_most(library, goal) if judged else (None, None)
        table.add(name, threads, events, library, *target, inline)


def measure(threads: int, events: int) -> dict[str, Any]:
    """Times by order and by what ran, in seconds, with remarks on what could not."""
    data, theta = A.data(events), A.start(events)
    calls: dict[str, dict[str, Callable[[], object]]] = {order: {} for order in ORDERS}
    remarks = []
    by_hand = None
    for variant in limit.VARIANTS:
        try:
            bound = limit.bind(limit.build(variant), data, threads)
        except limit.LimitError as problem:
            remarks.append(str(problem))
            continue
        by_hand = bound.evaluate(theta)
        for order in ORDERS:
            calls[order][variant] = bound.calls[order]
        if variant == INLINE:
            calls["gradient"][EXTRA] = bound.calls["gradient_by_ratio"]
    usable = dict.fromkeys(device.backend for device in mf.devices() if device.usable)
    for name in usable:
        if name == "reference" and events > REFERENCE_MOST:
            remarks.append(f"the reference backend is not timed beyond {REFERENCE_MOST} events")
            continue
        held = mf.compile(A.model(events), {"mass": data}, backend=name).likelihood
        if by_hand is not None:
            _check(name, held.evaluate(theta, 2), by_hand)
        for index, order in enumerate(ORDERS):
            calls[order][name] = lambda held=held, index=index: held.evaluate(theta, index)  # type: ignore[misc]
    times = {
        order: {
            name: {"median": time.median, "least": time.least}
            for name, time in interleaved(calls[order], budget=0.4).items()
        }
        for order in ORDERS
    }
    return {"times": times, "remarks": remarks}


def _check(name: str, found: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    for order, ours, theirs in zip(ORDERS, found, expected, strict=True):
        scale = np.max(np.abs(theirs))
        if not np.allclose(ours, theirs, rtol=1e-7, atol=1e-7 * scale):
            raise AssertionError(f"{name}: its {order} is not that of the kernel by hand: {ours} {theirs}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("threads", type=int)
    parser.add_argument("events", type=int)
    asked = parser.parse_args()
    process.answer(measure(asked.threads, asked.events))


if __name__ == "__main__":
    main()
