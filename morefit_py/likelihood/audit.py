"""What the compiler did with a model: digests, passes, operation counts, and where the kernel is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from morefit_py.likelihood.speed import ORDERS as _ORDERS
from morefit_py.likelihood.speed import LoopWork, Speed, Work, loop_work, speeds, work
from morefit_py.passes.counts import Counts

if TYPE_CHECKING:
    from morefit_py.likelihood.likelihood import Likelihood
    from morefit_py.passes.pipeline import Optimised
    from morefit_py.runtime.program import Program

# What the passes did to the programs that were last asked about: fits of one model share it.
_KEPT = 64
Held = tuple[dict[str, Any], dict[str, tuple[LoopWork, ...]]]
_made: dict[tuple[str, int, str | None], Held] = {}


class PassCounts(BaseModel):
    """Operations per event of one order after one pass."""

    model_config = ConfigDict(frozen=True)

    operations: dict[str, int]
    columns_read: int
    sums: int
    total: int
    cost: int


class PassAudit(BaseModel):
    """One pass, with the counts it left behind for each order computed by then."""

    model_config = ConfigDict(frozen=True)

    name: str
    counts: dict[str, PassCounts]


class Audit(BaseModel):
    """The record of one compilation; `cost` is in units of one multiplication.

    `speeds` are there only where they were asked for.
    """

    model_config = ConfigDict(frozen=True)

    model_digest: str
    data_digests: dict[str, str]
    backend: str
    device: str
    reason: str
    cache_key: str
    from_cache: bool
    passes: list[PassAudit]
    differentiation: str
    differentiation_costs: dict[str, int]
    precomputed_columns: list[str]
    live_values: dict[str, int]
    work: dict[str, Work]
    speeds: dict[str, Speed] | None = None

    def __str__(self) -> str:
        lines = [
            f"model        {self.model_digest}",
            *(f"data         {digest}  {name}" for name, digest in self.data_digests.items()),
            f"backend      {self.backend} on {self.device}: {self.reason}",
            f"kernel       {self.cache_key or 'none'}{' (from the cache)' if self.from_cache else ''}",
            f"derivatives  {self.differentiation}; cost per event of each form: "
            + ", ".join(f"{form} {cost}" for form, cost in self.differentiation_costs.items()),
            f"columns      {', '.join(self.precomputed_columns) or 'none precomputed'}",
            "live values  " + ", ".join(f"{order} {most}" for order, most in self.live_values.items()),
            *(f"per event    {order}: {self._said(order)}" for order in self.work),
            pass_table(self.passes),
        ]
        return "\n".join(lines)

    def _said(self, order: str) -> str:
        done = self.work[order]
        said = f"{done.operations:.0f} operations, {done.bytes:.0f} bytes"
        if self.speeds is None:
            return said
        held = self.speeds[order]
        return (
            f"{said} in {held.nanoseconds:.2f} ns, {held.of_operations:.0%} of the machine's operations "
            f"and {held.of_bytes:.0%} of its bandwidth"
        )

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain values, for JSON."""
        return self.model_dump()


def pass_table(passes: list[PassAudit]) -> str:
    """Operations per event after each pass, a row a pass and a column an order."""
    lines = [f"{'operations per event after':34}" + "".join(f"{order:>12}" for order in _ORDERS.values())]
    for step in passes:
        totals = [str(step.counts[o].total) if o in step.counts else "" for o in _ORDERS.values()]
        lines.append(f"  {step.name:32}" + "".join(f"{total:>12}" for total in totals))
    return "\n".join(lines)


def pass_audits(optimised: Optimised) -> list[PassAudit]:
    """The passes that made an objective what it is, with their counts."""
    return [
        PassAudit(name=step.name, counts={_ORDERS[o]: _counts(c) for o, c in step.counts.items()})
        for step in optimised.steps
    ]


def audit(likelihood: Likelihood, timed: bool = False) -> Audit:
    """The audit of a compiled likelihood; runs the passes if the kernel came from the cache.

    They run once in a process for one model, whatever the number of its fits. `timed` has the kernels timed
    and compared with the machine's peak.
    """
    spoken = likelihood.choice.backend.dialect
    fields, loops = _of_program(likelihood.program, spoken)
    done = work(loops, {name: len(dataset) for name, dataset in likelihood.data.items()})
    return Audit(
        model_digest=likelihood.program.digest,
        data_digests={name: dataset.digest for name, dataset in likelihood.data.items()},
        backend=likelihood.choice.backend.name,
        device=likelihood.choice.device.name,
        reason=likelihood.choice.reason,
        cache_key=likelihood.executable.cache_key,
        from_cache=likelihood.executable.from_cache,
        work=done,
        speeds=speeds(likelihood, done) if timed else None,
        **fields,
    )


def _of_program(program: Program, spoken: str | None) -> Held:
    """What is the same for every fit of a program in one dialect: fields of the audit, and its loops."""
    from morefit_py.kernel.schedule import most_live

    key = (program.digest, program.columns, spoken)
    if key not in _made:
        optimised = program.optimised
        live = {
            _ORDERS[order]: max((most_live(loop.body, loop.terms) for loop in plan.loops), default=0)
            for order, plan in program.plans.items()
        }
        if len(_made) >= _KEPT:
            del _made[next(iter(_made))]
        fields = {
            "passes": pass_audits(optimised),
            "differentiation": optimised.form,
            "differentiation_costs": optimised.costs,
            "precomputed_columns": sorted(map(repr, optimised.columns)),
            "live_values": live,
        }
        _made[key] = fields, loop_work(program.plans, spoken)
    return _made[key]


def _counts(held: Counts) -> PassCounts:
    return PassCounts(
        operations=held.operations,
        columns_read=held.columns,
        sums=held.sums,
        total=held.total,
        cost=held.cost,
    )
