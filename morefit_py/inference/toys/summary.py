"""What a toy study says of each parameter: bias, pulls and coverage, each with its statistical error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import nan, sqrt
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from morefit_py.inference.record import Record
from morefit_py.inference.toys.table import ToyStudy

Array = NDArray[np.float64]
Estimate = tuple[float, float]

ONE_SIGMA = float(special.erf(1.0 / sqrt(2.0)))
TWO_SIGMA = float(special.erf(2.0 / sqrt(2.0)))


@final
@dataclass(frozen=True)
class ParameterSummary(Record):
    """One parameter in `used` toys; every pair is an estimate and its statistical error.

    `bias` is the mean of value minus truth and `spread` its standard deviation, in the parameter's unit;
    `mean_error` the mean of the fits' errors. `pull_mean` and `pull_width` are 0 and 1 for a fit that is
    right, `coverage` and `coverage_2` the part of toys with the truth within one and two errors (68.27 % and
    95.45 %), `minos_coverage` that within the asymmetric errors, nan where there are none.
    """

    parameter: str
    truth: float
    used: int
    bias: Estimate
    spread: Estimate
    mean_error: float
    pull_mean: Estimate
    pull_width: Estimate
    coverage: Estimate
    coverage_2: Estimate
    minos_coverage: Estimate


@final
@dataclass(frozen=True)
class ToySummary(Record):
    """A toy study in numbers: toys, fits that are not valid and why not, and every parameter."""

    toys: int
    failed: int
    reasons: dict[str, int]
    outcomes: str
    parameters: tuple[ParameterSummary, ...]

    def __str__(self) -> str:
        said = f"; outcomes of constraints {self.outcomes}" if self.outcomes else ""
        lines = [f"{self.toys} toys, {self.failed} fits not valid{said}"]
        lines += [f"  {count} times: {reason}" for reason, count in self.reasons.items()]
        width = max([9, *(len(held.parameter) for held in self.parameters)])
        heads = f"{'truth':>10}  {'toys':>6}  {'pull mean':>17}  {'pull width':>17}  coverage"
        lines.append(f"{'parameter':{width}}  {heads}")
        for held in self.parameters:
            cells = "  ".join(
                f"{value:8.3f} +- {error:5.3f}" for value, error in (held.pull_mean, held.pull_width)
            )
            covered, error = held.coverage
            lines.append(
                f"{held.parameter:{width}}  {held.truth:>10.5g}  {held.used:>6}  {cells}  "
                f"{covered:.3f} +- {error:.3f}"
            )
        return "\n".join(lines)


def summary(study: ToyStudy) -> ToySummary:
    """The numbers of a study."""
    found = []
    pulls, asymmetric = study.pulls, study.asymmetric_pulls
    for k, name in enumerate(study.parameters):
        used = np.isfinite(pulls[:, k])
        pull = pulls[used, k]
        off = study.values[used, k] - study.truth[name]
        sides = asymmetric[np.isfinite(asymmetric[:, k]), k]
        found.append(
            ParameterSummary(
                parameter=name,
                truth=study.truth[name],
                used=int(used.sum()),
                bias=mean_of(off),
                spread=width_of(off),
                mean_error=float(np.mean(study.errors[used, k])) if used.any() else nan,
                pull_mean=mean_of(pull),
                pull_width=width_of(pull),
                coverage=part_of(np.abs(pull) <= 1.0),
                coverage_2=part_of(np.abs(pull) <= 2.0),
                minos_coverage=part_of(np.abs(sides) <= 1.0),
            )
        )
    reasons = Counter(
        message for message, valid in zip(study.messages, study.valid, strict=True) if not valid
    )
    return ToySummary(len(study), study.failed, dict(reasons.most_common()), study.outcomes, tuple(found))


def mean_of(values: Array) -> Estimate:
    """The mean and its error."""
    if len(values) < 2:
        return (float(values[0]) if len(values) else nan), nan
    return float(np.mean(values)), float(np.std(values, ddof=1)) / sqrt(len(values))


def width_of(values: Array) -> Estimate:
    """The standard deviation and its error, from the fourth moment, as values need not be normal."""
    size = len(values)
    if size < 4:
        return nan, nan
    width = float(np.std(values, ddof=1))
    if width == 0.0:
        return 0.0, nan
    fourth = float(np.mean((values - np.mean(values)) ** 4))
    variance = max(fourth - width**4 * (size - 3) / (size - 1), 0.0) / size
    return width, sqrt(variance) / (2.0 * width)


def part_of(inside: NDArray[np.bool_]) -> Estimate:
    """The part that is true, and its error: that of a uniform prior's posterior, never zero."""
    size, count = len(inside), int(np.sum(inside))
    if not size:
        return nan, nan
    return count / size, sqrt((count + 1) * (size - count + 1) / ((size + 2) ** 2 * (size + 3)))
