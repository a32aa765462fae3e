"""`morefit scan`: the profile likelihood along a parameter, or over two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from morefit_py.cli.fitting import check_names, demand_valid, fitted
from morefit_py.cli.options import Backend, Json, Minimiser, Plot, Result, Spec, Table, WeightedErrors
from morefit_py.cli.outputs import check_figure, check_outputs, write_figure, write_json, write_table
from morefit_py.errors import FitError, nearest

if TYPE_CHECKING:
    from morefit_py.fit.compiled import CompiledFit
    from morefit_py.fit.profile import Profile
    from morefit_py.fit.result import FitResult

Array = NDArray[np.float64]

_POINTS = 31
# How far a scan goes where it is not said, in errors.
_REACH = 3.0


def scan(
    spec: Spec,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="Twice for a grid of two.", show_default="the parameter of interest"),
    ] = None,
    start: Annotated[
        list[float] | None,
        typer.Option(help="Where it begins, for each parameter.", show_default="3 errors below the fit"),
    ] = None,
    stop: Annotated[
        list[float] | None,
        typer.Option(help="Where it ends, for each parameter.", show_default="3 errors above"),
    ] = None,
    points: Annotated[
        list[int] | None,
        typer.Option(min=2, help="How many, equally spaced; one for all or one each.", show_default="31"),
    ] = None,
    result: Result = None,
    output: Table = None,
    json: Json = None,
    plot: Plot = None,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    weighted_errors: WeightedErrors = "sandwich",
) -> None:
    """Hold a parameter, or two, at values and fit all others there; exits 2 if a fit is not valid."""
    asked = parameter or []
    counts = points or [_POINTS]
    if len(asked) > 2:
        raise FitError(f"--parameter: {len(asked)} are given; a scan is along one, or over two")
    for option, given in (("start", start), ("stop", stop), ("points", points)):
        if given and len(given) != max(1, len(asked)) and not (option == "points" and len(given) == 1):
            raise FitError(f"--{option}: give one for each parameter, in their order")
    check_names(backend, minimiser, weighted_errors)
    check_outputs(output, json)
    check_figure(plot)
    fit, found = fitted(spec, backend, minimiser, weighted_errors, saved=result)
    demand_valid(found)
    names = [_name(fit, name) for name in asked or (None,)]
    axes = [
        _values(found, name, start[k] if start else None, stop[k] if stop else None, counts[k % len(counts)])
        for k, name in enumerate(names)
    ]
    if len(names) == 2:
        valid = _grid(fit, found, names, axes, output, json, plot)
    else:
        valid = _line(fit, found, names[0], axes[0], output, json, plot)
    fit.release()
    if not valid.all():
        failed = np.count_nonzero(~valid)
        typer.echo(f"error: {failed} of {valid.size} points are not valid", err=True)
        raise typer.Exit(2)


def _line(
    fit: CompiledFit,
    result: FitResult,
    name: str,
    values: Array,
    output: Path | None,
    json: Path | None,
    plot: Path | None,
) -> NDArray[np.bool_]:
    """The profile along one parameter, printed and written; which of its points are valid."""
    with Console(stderr=True).status(f"scanning {name}"):
        held = fit.profile(name, values, result)
    typer.echo(_minimum(result, [name]))
    typer.echo(f"{name:>14}  {'NLL - minimum':>14}  valid")
    for value, nll, valid in zip(held.values, held.nll, held.valid, strict=True):
        typer.echo(f"{value:14.6g}  {nll - result.nll:14.6f}  {'yes' if valid else 'no'}")
    write_json(json, _content(result, held))
    write_table(output, _columns(result, held))
    if plot is not None:
        write_figure(plot, held.plot(result))
    return held.valid


def _grid(
    fit: CompiledFit,
    result: FitResult,
    names: list[str],
    axes: list[Array],
    output: Path | None,
    json: Path | None,
    plot: Path | None,
) -> NDArray[np.bool_]:
    """The profile over two parameters, printed and written; which of its points are valid."""
    from morefit_py.inference.scans.scan import scan2d

    held = scan2d(fit, result, names[0], names[1], (axes[0], axes[1]))
    typer.echo(_minimum(result, names))
    typer.echo(str(held))
    write_json(
        json, {"mu_hat": [result.values[name] for name in names], "nll_hat": result.nll} | held.to_dict()
    )
    theta = held.theta.reshape(-1, len(held.names))
    # Where a fit failed the two that were held are known all the same.
    table = {name: theta[:, k] for k, name in enumerate(held.names)}
    for name, grid in zip(names, np.meshgrid(*axes, indexing="ij"), strict=True):
        table[name] = grid.ravel()
    write_table(output, {**table, "delta_nll": held.delta.ravel(), "valid": held.valid.ravel()})
    if plot is not None:
        from morefit_py.report.plots import scan as drawn

        write_figure(plot, drawn(held, result))
    return held.valid


def _minimum(result: FitResult, names: list[str]) -> str:
    at = ", ".join(f"{name} = {result.values[name]:.6g} +- {result.errors[name]:.2g}" for name in names)
    return f"minimum at {at}, NLL = {result.nll:.6f}"


def _name(fit: CompiledFit, asked: str | None) -> str:
    name = asked or fit.model.poi
    if name is None:
        raise FitError("--parameter: the spec has no parameter of interest; say which to scan")
    if name not in fit.parameters:
        raise FitError(f"--parameter {name}: there is no such parameter{nearest(name, fit.parameters)}")
    return name


def _values(result: FitResult, name: str, start: float | None, stop: float | None, points: int) -> Array:
    value, error = result.values[name], result.errors[name]
    low, high = result.limits[name]
    if (start is None or stop is None) and not (np.isfinite(error) and error > 0.0):
        raise FitError(f"--parameter {name}: the fit gives it no error; say --start and --stop")
    first = max(low, value - _REACH * error) if start is None else start
    last = min(high, value + _REACH * error) if stop is None else stop
    if not first < last:
        raise FitError(f"--start {first:g} --stop {last:g}: start below stop")
    return np.linspace(first, last, points)


def _q(result: FitResult, held: Profile) -> Array:
    """2 (NLL - NLL_min), scaled where the events are weighted; 0 for values below the fitted one."""
    up = held.up if np.isfinite(held.up) else 0.5
    rise = np.maximum(0.0, (held.nll - result.nll) / up)
    return np.where(held.values < result.values[held.parameter], 0.0, rise)


def _content(result: FitResult, held: Profile) -> dict[str, Any]:
    return {
        "parameter": held.parameter,
        "poi_index": result.parameters.index(held.parameter),
        "mu_hat": result.values[held.parameter],
        "nll_hat": result.nll,
        "up": held.up,
        "points": [
            {
                "mu": held.values[i],
                "q_mu": q,
                "nll_mu": held.nll[i],
                "converged": bool(held.valid[i]),
                "n_iter": int(held.calls[i]),
            }
            for i, q in enumerate(_q(result, held))
        ],
    }


def _columns(result: FitResult, held: Profile) -> dict[str, Any]:
    """Every parameter at every point, and what the NLL is there."""
    thetas = {name: held.theta[:, k] for k, name in enumerate(result.parameters)}
    numbers = {"nll": held.nll, "delta_nll": held.nll - result.nll, "valid": held.valid, "calls": held.calls}
    return {**thetas, **numbers}
