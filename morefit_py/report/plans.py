"""Kernel plans as text."""

from __future__ import annotations

from collections.abc import Mapping

from morefit_py.codegen.notes import ORDER_NAMES
from morefit_py.graph.text import formula
from morefit_py.kernel.plan import KernelPlan, Loop, Tabulation
from morefit_py.kernel.schedule import most_live


def describe(plans: Mapping[int, KernelPlan]) -> str:
    """The phases of every order: what each reads, computes and leaves, and where."""
    lines = []
    for order, plan in plans.items():
        lines.append(f"{ORDER_NAMES[order]}: {plan.state_size} state values, {plan.results} results")
        for slot, node in plan.moments:
            lines.append(f"  state[{slot}] = {formula(node, limit=100)}  (once a data set)")
        for phase in plan.phases:
            if isinstance(phase, Loop):
                read = f"{len(phase.columns)} columns and {len(phase.reads)} values read"
                live = most_live(phase.body, phase.terms)
                made = f"{len(phase.body)} computed, at most {live} live, {len(phase.terms)} sums"
                lines.append(f"  loop over {phase.axis.name}: {read}, {made}")
                for k, term in enumerate(phase.terms):
                    lines.append(f"    state[{phase.first_sum + k}] = sum {formula(term, limit=100)}")
            elif isinstance(phase, Tabulation):
                made = (
                    f"{len(phase.terms)} tables of {phase.points} values from state[{phase.first_value}] on"
                )
                lines.append(
                    f"  over {phase.axis.name}: {len(phase.reads)} values read, {len(phase.body)} computed"
                )
                lines.append(f"    {made}")
            else:
                lines.append(
                    f"  once a call: {len(phase.reads)} values read, {len(phase.body)} computed, "
                    f"{len(phase.stores)} stored"
                )
    return "\n".join(lines) + "\n"
