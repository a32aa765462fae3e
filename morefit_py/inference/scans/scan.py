"""Scans: the profile NLL at a list of points, and over a grid of two parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.fit.start import index_of, starting_point
from morefit_py.inference.record import Record
from morefit_py.inference.scans.walk import Walk
from morefit_py.model.progress import bar

Array = NDArray[np.float64]
Points = Mapping[str, Any] | Sequence[Mapping[str, float]]

# In NLL: what a fit may leave by its EDM.
_DEEPER = 1e-3


@final
@dataclass(frozen=True, eq=False)
class Scan(Record):
    """The profile NLL at n points of k parameters, minimised in all others.

    `points` (n, k) are in the order of `parameters`; `delta` (n,) is the NLL above that of the result and
    `theta` (n, P) all parameters, in the order of `names`. Where the fit failed, `valid` (n,) is False and
    `delta` nan. `notes` say what was found besides.
    """

    parameters: tuple[str, ...]
    names: tuple[str, ...]
    points: Array
    delta: Array
    theta: Array
    valid: NDArray[np.bool_]
    best: dict[str, float]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        width = max(12, *(len(name) for name in self.parameters))
        heads = "".join(f"{name:>{width}}" for name in self.parameters)
        lines = [f"{heads}{'delta NLL':>12}"]
        for point, delta in zip(self.points, self.delta, strict=True):
            lines.append("".join(f"{value:>{width}.6g}" for value in point) + f"{delta:>12.4f}")
        return "\n".join([*lines, *self.notes])


@final
@dataclass(frozen=True, eq=False)
class Scan2D(Record):
    """The profile NLL over a grid: `delta` and `valid` (nx, ny) at `x_values` (nx,) and `y_values` (ny,).

    `delta` is the NLL above that of the result, nan where the fit failed, and `theta` (nx, ny, P) all
    parameters in the order of `names`. A contour of probability cl is where delta is -log(1 - cl).
    """

    x: str
    y: str
    names: tuple[str, ...]
    x_values: Array
    y_values: Array
    delta: Array
    theta: Array
    valid: NDArray[np.bool_]
    best: dict[str, float]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        failed = int(np.sum(~self.valid))
        size = f"{len(self.x_values)} x {len(self.y_values)}"
        lines = [
            f"profile NLL over {size} points of {self.x} from {self.x_values[0]:.6g} to "
            f"{self.x_values[-1]:.6g} and {self.y} from {self.y_values[0]:.6g} to {self.y_values[-1]:.6g}",
            f"{failed} fits failed; delta NLL up to {np.nanmax(self.delta, initial=0.0):.4g}",
        ]
        return "\n".join([*lines, *self.notes])


def scan(fit: CompiledFit, result: FitResult, points: Points, progress: bool | None = None) -> Scan:
    """The NLL with some parameters held at each of n points, minimised in all others.

    `points` maps names to values (n,), which are held together, or is a list of such mappings of single
    values. Points are fitted from the minimum outwards, each from where the nearest one points to. A bar
    shows the progress if `progress` is True, or None and stderr is a terminal. Raises FitError for an
    invalid result, an unknown or fixed parameter, and values outside the limits.
    """
    table = _table(points)
    names, values = tuple(table), np.stack(list(table.values()), axis=1)
    nll, theta, valid, notes = _scanned(fit, result, names, values, progress)
    return Scan(
        parameters=names,
        names=fit.parameters,
        points=values,
        delta=nll - result.nll,
        theta=theta,
        valid=valid,
        best={name: result.values[name] for name in names},
        notes=notes,
    )


def scan2d(
    fit: CompiledFit,
    result: FitResult,
    x: str,
    y: str,
    points: int | tuple[Any, Any] = 25,
    sigmas: float = 3.0,
    progress: bool | None = None,
) -> Scan2D:
    """The profile NLL over a grid of two parameters.

    `points` is how many there are along either, or a pair of such numbers or of the values themselves; given
    as numbers they reach `sigmas` errors from the minimum, as far as the limits let them. Raises FitError as
    `scan` does, and where a parameter without an error has no values.
    """
    if x == y:
        raise FitError(f"scan2d: {x!r} is given twice; give two parameters")
    each = (points, points) if isinstance(points, int) else points
    axes = [_axis(fit, result, name, wanted, sigmas) for name, wanted in zip((x, y), each, strict=True)]
    mesh = np.stack([grid.ravel() for grid in np.meshgrid(*axes, indexing="ij")], axis=1)
    nll, theta, valid, notes = _scanned(fit, result, (x, y), mesh, progress)
    shape = len(axes[0]), len(axes[1])
    return Scan2D(
        x=x,
        y=y,
        names=fit.parameters,
        x_values=axes[0],
        y_values=axes[1],
        delta=(nll - result.nll).reshape(shape),
        theta=theta.reshape(*shape, -1),
        valid=valid.reshape(shape),
        best={name: result.values[name] for name in (x, y)},
        notes=notes,
    )


def _table(points: Points) -> dict[str, Array]:
    if isinstance(points, Mapping):
        held = {name: np.atleast_1d(np.asarray(values, dtype=np.float64)) for name, values in points.items()}
    else:
        rows = list(points)
        if not rows or any(set(row) != set(rows[0]) for row in rows):
            raise FitError("scan: give points, each with a value for the same parameters")
        held = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    lengths = {len(values) for values in held.values()}
    if not held or lengths == {0} or len(lengths) > 1 or any(v.ndim != 1 for v in held.values()):
        raise FitError("scan: give as many values of each parameter, one for each point")
    return held


def _scanned(
    fit: CompiledFit, result: FitResult, names: tuple[str, ...], points: Array, progress: bool | None
) -> tuple[Array, Array, NDArray[np.bool_], tuple[str, ...]]:
    objective = fit.likelihood
    if not result.valid:
        raise FitError(f"scan: the fit is not valid ({'; '.join(result.reasons)}); fit again first")
    index = np.array([index_of(objective, name, "scan") for name in names])
    for k, (name, i) in enumerate(zip(names, index.tolist(), strict=True)):
        if objective.fixed[i]:
            raise FitError(f"scan: {name} is fixed; free it to scan it")
        low, high = objective.lower[i], objective.upper[i]
        if not np.all((points[:, k] >= low) & (points[:, k] <= high)):
            raise FitError(f"scan: values of {name} lie outside its limits [{low:g}, {high:g}]")
    unit = np.array([_unit(result.errors[name], points[:, k]) for k, name in enumerate(names)])
    walk = Walk(objective, index, unit, result.nll)
    walk.begin(starting_point(objective, result.values))
    with bar("scan", len(points), progress) as shown:
        nll, theta, valid = walk.over(points, shown)
    return nll, theta, valid, _notes(fit, result, names, nll, theta, valid, points)


def _unit(error: float, values: Array) -> float:
    """The scale of a parameter: its error, or what the points span where it has none."""
    if np.isfinite(error) and error > 0.0:
        return error
    return float(np.ptp(values)) or 1.0


def _notes(
    fit: CompiledFit,
    result: FitResult,
    names: tuple[str, ...],
    nll: Array,
    theta: Array,
    valid: NDArray[np.bool_],
    points: Array,
) -> tuple[str, ...]:
    notes = []
    failed = int(np.sum(~valid))
    if failed:
        at = ", ".join(f"{n} = {v:g}" for n, v in zip(names, points[~valid][0], strict=True))
        notes.append(f"{failed} of {len(valid)} fits failed, the first at {at}")
    if np.nanmin(nll, initial=np.inf) < result.nll - _DEEPER:
        lowest = int(np.nanargmin(nll))
        at = ", ".join(f"{n} = {v:g}" for n, v in zip(fit.parameters, theta[lowest], strict=True))
        depth = result.nll - nll[lowest]
        notes.append(f"a lower minimum was found, by {depth:.4g} at {at}; fit again from there")
    if any(data.weights is not None for data in fit.data.values()):
        notes.append("the data are weighted: a rise by 1/2 is not one standard deviation")
    return tuple(notes)


def _axis(fit: CompiledFit, result: FitResult, name: str, wanted: Any, sigmas: float) -> Array:
    i = index_of(fit.likelihood, name, "scan2d")
    if np.ndim(wanted) > 0:
        return np.asarray(wanted, dtype=np.float64)
    error = result.errors[name]
    if not (np.isfinite(error) and error > 0.0):
        raise FitError(f"scan2d: {name} has no error that says how far to go; give its values")
    low, high = (float(end[i]) for end in (fit.likelihood.lower, fit.likelihood.upper))
    reach = sigmas * error
    return np.linspace(
        max(low, result.values[name] - reach), min(high, result.values[name] + reach), int(wanted)
    )
