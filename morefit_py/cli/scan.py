"""`morefit scan`: the profile likelihood along a parameter."""

from __future__ import annotations

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

# How far a scan goes where it is not said, in errors.
_REACH = 3.0


def scan(
    spec: Spec,
    parameter: Annotated[
        str | None, typer.Option(help="By default the parameter of interest.", show_default=False)
    ] = None,
    start: Annotated[float | None, typer.Option(help="By default 3 errors below the fit.")] = None,
    stop: Annotated[float | None, typer.Option(help="By default 3 errors above the fit.")] = None,
    points: Annotated[int, typer.Option(min=2, help="How many, equally spaced.")] = 31,
    result: Result = None,
    output: Table = None,
    json: Json = None,
    plot: Plot = None,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    weighted_errors: WeightedErrors = "sandwich",
) -> None:
    """Hold a parameter at values and fit all others there; exits 2 if a fit is not valid."""
    check_names(backend, minimiser, weighted_errors)
    check_outputs(output, json)
    check_figure(plot)
    fit, found = fitted(spec, backend, minimiser, weighted_errors, saved=result)
    demand_valid(found)
    name = _name(fit, parameter)
    with Console(stderr=True).status(f"scanning {name}"):
        held = fit.profile(name, _values(found, name, start, stop, points), found)
    typer.echo(
        f"minimum at {name} = {found.values[name]:.6g} +- {found.errors[name]:.2g}, NLL = {found.nll:.6f}"
    )
    typer.echo(f"{name:>14}  {'NLL - minimum':>14}  valid")
    for value, nll, valid in zip(held.values, held.nll, held.valid, strict=True):
        typer.echo(f"{value:14.6g}  {nll - found.nll:14.6f}  {'yes' if valid else 'no'}")
    write_json(json, _content(found, held))
    write_table(output, _columns(found, held))
    if plot is not None:
        write_figure(plot, held.plot(found))
    fit.release()
    if not held.valid.all():
        typer.echo(
            f"error: {np.count_nonzero(~held.valid)} of {len(held.valid)} points are not valid", err=True
        )
        raise typer.Exit(2)


def _name(fit: CompiledFit, asked: str | None) -> str:
    name = asked or fit.model.poi
    if name is None:
        raise FitError("--parameter: the spec has no parameter of interest; say which to scan")
    if name not in fit.parameters:
        raise FitError(f"--parameter {name}: there is no such parameter{nearest(name, fit.parameters)}")
    return name


def _values(
    result: FitResult, name: str, start: float | None, stop: float | None, points: int
) -> NDArray[np.float64]:
    value, error = result.values[name], result.errors[name]
    low, high = result.limits[name]
    if (start is None or stop is None) and not (np.isfinite(error) and error > 0.0):
        raise FitError(f"--parameter {name}: the fit gives it no error; say --start and --stop")
    first = max(low, value - _REACH * error) if start is None else start
    last = min(high, value + _REACH * error) if stop is None else stop
    if not first < last:
        raise FitError(f"--start {first:g} --stop {last:g}: start below stop")
    return np.linspace(first, last, points)


def _q(result: FitResult, held: Profile) -> NDArray[np.float64]:
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
