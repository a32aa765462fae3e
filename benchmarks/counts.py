"""Operations per event by model and order: what a kernel costs on any machine."""

from __future__ import annotations

import morefit_py as mf
from benchmarks.figures import Table
from benchmarks.models import B_MASS, SIX, A, B, C

NAME = "counts"
EVENTS = 1000
BACKEND = "reference"
HEAVY = ("exp", "log", "div", "pow", "sqrt", "log1p", "expm1", "erf", "erfc")


def tables(quick: bool) -> list[Table]:
    """One row a model and order: before the passes, after them, and what is dear in it."""
    made = Table(
        NAME,
        "Operations per event",
        ("model", "order", "first", "last", "cost", "dear operations", "columns read", "sums"),
        remarks=[
            '"first" is the count after the pass that made the order, "last" after all passes; "cost" is in '
            "units of one multiplication. The counts do not depend on the machine.",
        ],
    )
    for case in (A, B, C, B_MASS, SIX):
        fit = mf.compile(case.model(EVENTS), case.named(case.data(EVENTS)), backend=BACKEND)
        audit = fit.audit()
        for order, last in audit.passes[-1].counts.items():
            first = next(step.counts[order] for step in audit.passes if order in step.counts)
            dear = ", ".join(f"{n} {op}" for op, n in last.operations.items() if op in HEAVY)
            made.add(case.name, order, first.total, last.total, last.cost, dear, last.columns_read, last.sums)
    return [made]
