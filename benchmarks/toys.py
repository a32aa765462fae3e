"""Toys by the thousand: fits in lockstep, against one after the other, here and with iminuit + numba-stats.

Model A at 1,000 events, kernels compiled before, starts 10 % off. Of what goes one after the other a part of
the toys is fitted, as the time is proportional to their number.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

import morefit_py as mf
from benchmarks import peers, process
from benchmarks.figures import NO_TARGET, TARGET, Cell, Table, at_least, at_most
from benchmarks.machine import cores
from benchmarks.models import A

NAME = "toys"
EVENTS, TOYS = 1000, 1000
OURS, WHOLE, SINGLE, NUMBA = "in lockstep", "drawn and fitted", "one after the other", "iminuit + numba-stats"
# Toys that are fitted one after the other.
SOME = {SINGLE: 50, NUMBA: 10}
GOALS = {SINGLE: 20.0, NUMBA: 500.0}
SECONDS = 1.0
REPEATS = 5


def tables(quick: bool) -> list[Table]:
    """Times a toy by tool; and how they scale with the number of toys and of threads."""
    times = Table(
        NAME,
        f"{TOYS:,} toys of {EVENTS:,} events (model A)".replace(",", " "),
        ("fits", "toys fitted", "ms a toy", "lockstep is faster by", *TARGET),
        remarks=[f"{name} is not installed: no figures" for name in peers.absent()],
    )
    found = process.run("benchmarks.toys", TOYS, int("numba-stats" not in peers.absent()), **process.POLITE)
    ours = found["seconds"][OURS]
    for name, seconds in found["seconds"].items():
        goal: tuple[Cell, Cell] = NO_TARGET
        if name in GOALS:
            goal = at_least(seconds / ours, GOALS[name])
        times.add(name, found["toys"][name], 1e3 * seconds, None if name == OURS else seconds / ours, *goal)
    whole = TOYS * found["seconds"][WHOLE]
    times.add(f"{TOYS} toys in seconds, drawn and fitted", TOYS, whole, None, *at_most(whole, SECONDS, " s"))
    said = f"{found['valid']} of {TOYS} fits are valid; {found['calls']:.2f} evaluations a fit."
    times.remarks.append(said)
    scaling = Table(
        "toys_scaling",
        f"Lockstep by number of toys and threads, {EVENTS} events each (model A)",
        ("toys", "threads", "us a toy"),
    )
    for toys in (10, 100, TOYS) if quick else (10, 100, TOYS, 10 * TOYS):
        for threads in dict.fromkeys((1, cores())):
            part = process.run("benchmarks.toys", toys, 0, **process.threads(threads))
            scaling.add(toys, threads, 1e6 * part["seconds"][OURS])
    return [times, scaling]


def measure(toys: int, with_peer: bool) -> dict[str, Any]:
    """Least seconds a toy by tool, how many each has fitted, and what came of them in lockstep."""
    truth = A.model(EVENTS, A.values(EVENTS))
    model = A.model(EVENTS)
    data = [mf.sample(truth, seed=seed) for seed in range(toys)]
    batch = mf.compile_batch(model, data)
    result = batch.minimise()
    seconds = {OURS: _least(batch.minimise) / toys}
    made = {OURS: toys}
    seconds[WHOLE] = _least(lambda: mf.fit_toys(truth, toys, seed=1)) / toys
    made[WHOLE] = toys
    if toys == TOYS:
        some = data[: SOME[SINGLE]]
        seconds[SINGLE] = _least(lambda: [_single(model, one) for one in some]) / len(some)
        made[SINGLE] = len(some)
    if with_peer:
        seconds[NUMBA], made[NUMBA] = _peer([one["mass"] for one in data[: SOME[NUMBA]]])  # type: ignore[call-overload, index]
    return {
        "seconds": seconds,
        "toys": made,
        "valid": int(result.valid.sum()),
        "calls": float(np.mean(result.evaluations)),
    }


def _single(model: mf.Model, data: Any) -> mf.FitResult:
    fit = mf.compile(model, data)
    result = fit.minimise()
    fit.release()
    return result


def _peer(data: list[Any]) -> tuple[float, int]:
    from benchmarks import peers_numba

    start = A.start(EVENTS)
    minuits = [peers_numba.minuit(A, one, start) for one in data]
    for minuit in minuits:
        minuit.migrad()
        minuit.hesse()

    def again() -> None:
        for minuit in minuits:
            minuit.reset()
            minuit.migrad()
            minuit.hesse()

    return _least(again, 2) / len(data), len(data)


def _least(call: Callable[[], object], repeats: int = REPEATS) -> float:
    taken = []
    for _ in range(repeats):
        begin = perf_counter()
        call()
        taken.append(perf_counter() - begin)
    return min(taken)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("toys", type=int)
    parser.add_argument("with_peer", type=int)
    asked = parser.parse_args()
    process.answer(measure(asked.toys, bool(asked.with_peer)))
