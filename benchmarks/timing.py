"""Times of calls taken in turn, so that what else the machine does hits all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

# Budgets that a call may take before even one repetition is too many.
_SLOW = 2.0


@dataclass(frozen=True)
class Times:
    """Seconds of one call, over its repetitions."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def least(self) -> float:
        return min(self.seconds)


def interleaved(
    calls: Mapping[str, Callable[[], object]], budget: float = 1.0, least: int = 3, most: int = 200
) -> dict[str, Times]:
    """Time each call, one after the other in every round.

    A call is repeated for about `budget` seconds, between `least` and `most` times, after calls that are
    not counted. Fast ones are called a few times in a row, the first of which is not counted either: it
    finds the caches, and perhaps the threads, of the call before. One that takes far longer than the
    budget is counted from its first time on.
    """
    plans, taken = {}, {}
    for name, call in calls.items():
        first = _timed(call)
        slow = first > _SLOW * budget
        taken[name] = [first] if slow else []
        plans[name] = _Plan(least - 1, 1) if slow else _plan(call, first, budget, least, most)
    turns = max((plan.turns for plan in plans.values()), default=0)
    collecting = gc.isenabled()
    gc.disable()
    try:
        for turn in range(turns):
            for name, call in calls.items():
                plan = plans[name]
                # Those with few turns are spread evenly over the rounds of the others.
                if (turn + 1) * plan.turns // turns > turn * plan.turns // turns:
                    if plan.burst > 1:
                        call()
                    taken[name] += [_timed(call) for _ in range(plan.burst)]
    finally:
        if collecting:
            gc.enable()
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


@dataclass(frozen=True)
class _Plan:
    turns: int
    burst: int


def _plan(call: Callable[[], object], first: float, budget: float, least: int, most: int) -> _Plan:
    seconds = min(first, _timed(call)) if first < budget else first
    repetitions = max(least, min(most, int(budget / max(seconds, 1e-9))))
    burst = 5 if repetitions >= 25 else 1
    return _Plan(-(-repetitions // burst), burst)


def _timed(call: Callable[[], object]) -> float:
    begin = perf_counter()
    call()
    return perf_counter() - begin
