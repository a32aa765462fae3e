"""`morefit toys`: many toys of a model, each fitted, and what the fits say of the truth."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from morefit_py.cli.fitting import check_names, demand_valid, fitted
from morefit_py.cli.options import Backend, Json, Minimiser, Plot, Spec
from morefit_py.cli.outputs import check_figure, check_outputs, told, write_figure, write_json
from morefit_py.cli.words import counted
from morefit_py.errors import DataError, FitError, nearest

if TYPE_CHECKING:
    from morefit_py.inference.toys.table import ToyStudy
    from morefit_py.model.model import Model


class Gen(StrEnum):
    """The parameters that toys are made with: the start values of the spec, or those of its fit."""

    INIT = "init"
    MLE = "mle"


def toys(
    spec: Spec,
    n_toys: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same toys.")] = 42,
    first: Annotated[int, typer.Option(min=0, help="The number of the first: to share a study.")] = 0,
    gen: Annotated[
        Gen, typer.Option(help="Made with the start values, or with those of the fit.")
    ] = Gen.INIT,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="name=value, over `--gen`; may be repeated.")
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(help="Events of a toy, or channel=events; by default Poisson of the yields."),
    ] = None,
    minos: Annotated[bool, typer.Option("--minos", help="MINOS errors too.")] = False,
    hold: Annotated[
        bool, typer.Option("--hold-constraints", help="Constraints always come out as the spec says.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that share the work.")] = 1,
    max_failed: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="The part of fits that may fail; above it exits 2.")
    ] = 0.05,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="A folder of Parquet files, one table; a study goes on where it ended."
        ),
    ] = None,
    json: Json = None,
    plot: Plot = None,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
) -> None:
    """Draw toys, fit each, and print pulls and coverage; exits 2 if too many fits are not valid."""
    from morefit_py.inference.toys.study import toy_study
    from morefit_py.spec.load import load

    check_names(backend, minimiser, "sandwich")
    values = {name: _number("--set", name, text) for name, text in map(_pair, set_ or ())}
    check_outputs(json)
    check_figure(plot)
    if output is not None and output.is_file():
        raise DataError(f"{output}: is a file; give a folder, which may be new or hold this study")
    if output is not None:
        check_outputs(output / "part")
    if gen is Gen.MLE:
        fit, result = fitted(spec, backend, minimiser, "sandwich")
        fit.release()
        demand_valid(result)
        model, data, point = fit.model, fit.data, result.values
    else:
        model, read = load(spec)
        data = read if isinstance(read, dict) else {next(iter(model.channels)): read}
        point = {}
    for name in values:
        if all(parameter.name != name for parameter in model.parameters):
            known = [parameter.name for parameter in model.parameters]
            raise FitError(f"--set {name}: there is no such parameter{nearest(name, known)}")
    conditional = [name for name, mixture in model.channels.items() if mixture.given]
    study = toy_study(
        model,
        n_toys,
        seed,
        {**point, **values},
        first=first,
        size=_size(size or (), model),
        given=data[conditional[0]] if conditional else None,
        fluctuate=not hold,
        minos=minos,
        minimiser=minimiser,
        path=output,
        processes=jobs,
        backend=backend,
    )
    typer.echo(str(study))
    if output is not None:
        told(output)
    write_json(json, _content(study, model, gen, first))
    if plot is not None:
        from morefit_py.report.plots import toys as drawn

        write_figure(plot, drawn(study))
    if study.failed > max_failed * len(study):
        typer.echo(f"error: {counted(study.failed, 'fit')} of {len(study)} not valid", err=True)
        raise typer.Exit(2)


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not (name and found and value):
        raise FitError(f"--set {text}: write name=value")
    return name.strip(), value


def _number(option: str, name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FitError(f"{option} {name}={text}: {text!r} is no number") from None


def _size(asked: list[str] | tuple[str, ...], model: Model) -> int | dict[str, int] | None:
    """The number of events of every channel, or of those named."""
    found: dict[str, int] = {}
    for text in asked:
        channel, named, number = text.rpartition("=")
        if not number.isdecimal() or int(number) < 1:
            raise FitError(f"--size {text}: write a number of events, or channel=number")
        if not named and len(asked) == 1:
            return int(number)
        if channel not in model.channels:
            raise FitError(f"--size {text}: no channel {channel!r}{nearest(channel, model.channels)}")
        found[channel] = int(number)
    return found or None


def _content(study: ToyStudy, model: Model, gen: Gen, first: int) -> dict[str, Any]:
    """The numbers of a study: a list a result, and for the parameter of interest a summary of its own."""
    failed = study.failed
    results: dict[str, Any] = {
        "hat": {name: study.values[:, k] for k, name in enumerate(study.parameters)},
        "sigma": {name: study.errors[:, k] for k, name in enumerate(study.parameters)},
        "nll": study.nll,
        "converged": study.valid.tolist(),
        "n_nonconverged": failed,
    }
    content: dict[str, Any] = {
        "gen": str(gen),
        "n_toys": len(study),
        "seed": study.seed,
        "first": first,
        "truth": study.truth,
        "poi": model.poi,
        "results": results,
        "summary": {name: _moments(study, name) for name in study.parameters},
        "study": study.summary.to_dict(),
    }
    if model.poi in study.parameters:
        results["poi_hat"], results["poi_sigma"] = results["hat"][model.poi], results["sigma"][model.poi]
        content["summary"] = {**_moments(study, model.poi), "parameters": content["summary"]}
    return content


def _moments(study: ToyStudy, name: str) -> Mapping[str, Any]:
    values, pulls = study.values[study.valid, study.column(name)], study.pull(name)
    if not len(values):
        return {"n_valid": 0}
    q16, q50, q84 = np.quantile(values, [0.16, 0.5, 0.84])
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
    width = float(np.std(pulls, ddof=1)) if len(pulls) > 1 else float("nan")
    pull = {"mean": float(np.mean(pulls)) if len(pulls) else float("nan"), "std": width}
    return {
        "n_valid": len(values), "mean": float(np.mean(values)), "std": spread,
        "q16": q16, "q50": q50, "q84": q84, "pull": pull,
    }  # fmt: skip
