"""What commands that fit share: a spec, compiled and fitted, with its progress on stderr."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from morefit_py.cli.words import counted
from morefit_py.errors import FitError, MorefitWarning, nearest

if TYPE_CHECKING:
    from morefit_py.fit.compiled import CompiledFit
    from morefit_py.fit.problem import Progress
    from morefit_py.fit.result import FitResult

# Seconds between two updates of the status.
_TELL_EVERY = 0.1


def check_names(backend: str, minimiser: str, weighted_errors: str) -> None:
    """Raises BackendError or FitError for a wrong name, before anything is read or compiled."""
    from morefit_py.fit.minimisers import minimiser as find_minimiser
    from morefit_py.fit.weights import check_kind
    from morefit_py.runtime.backend import backend as find_backend
    from morefit_py.runtime.choose import AUTO

    find_minimiser(minimiser)
    check_kind(weighted_errors)
    if backend != AUTO:
        find_backend(backend)


def fitted(
    spec: Path,
    backend: str,
    minimiser: str,
    weighted_errors: str,
    *,
    minos: bool = False,
    saved: Path | None = None,
    columns: bool | Sequence[str] = False,
) -> tuple[CompiledFit, FitResult]:
    """The compiled fit of a spec and its result, or that of a file instead of fitting.

    `columns` are those that the data have beside what the fit needs, as for `load`. Raises what loading,
    compiling and fitting raise.
    """
    from morefit_py.fit.compiled import compile
    from morefit_py.spec.load import load, spec_digest

    held = None if saved is None else _saved(saved)
    # Reading may show a bar of its own.
    model, data = load(spec, columns)
    with Console(stderr=True).status("compiling") as status:
        compiled = compile(model, data, backend)
        if held is not None:
            _check_same(saved, held, compiled)
            return compiled, held
        status.update("fitting")
        told = 0.0

        def progress(now: Progress) -> None:
            nonlocal told
            # Often enough for eyes, seldom enough to cost nothing.
            if now.seconds - told >= _TELL_EVERY:
                told = now.seconds
                status.update(f"fitting: {counted(now.calls, 'call')}, NLL = {now.lowest:.6f}")

        provenance = {"spec": f"{spec_digest(spec)}", **compiled.provenance()}
        result = compiled.minimise(
            minimiser,
            minos=minos,
            weighted_errors=weighted_errors,
            progress=progress,
            provenance=provenance,
        )
    return compiled, result


def demand_valid(result: FitResult) -> None:
    """Ends the command with exit code 2 if a result is not valid, and says why."""
    if not result.valid:
        typer.echo(f"error: the fit is not valid ({'; '.join(result.reasons)})", err=True)
        raise typer.Exit(2)


def _saved(path: Path) -> FitResult:
    from morefit_py.fit.result import FitResult

    try:
        return FitResult.load(path)
    except OSError as problem:
        raise FitError(f"{path}: cannot be read ({problem.strerror}); give a saved result") from None
    except FitError as problem:
        raise FitError(f"{path}: {problem}") from None


def _check_same(path: Path | None, result: FitResult, fit: CompiledFit) -> None:
    for name in (*result.parameters, *fit.parameters):
        if name not in result.parameters:
            raise FitError(
                f"{path}: no value of {name!r}, a parameter of the spec; give a result of this spec"
            )
        if name not in fit.parameters:
            hint = nearest(name, fit.parameters)
            raise FitError(f"{path}: the spec has no parameter {name!r}{hint}; give a result of this spec")
    now = {"model": fit.provenance()["model"]}
    for channel, data in fit.data.items():
        # As the fit has them, without the columns that were read beside.
        columns = {x.name: data[x.name] for x in fit.model.observables[channel]}
        now[f"data {channel}"] = replace(data, columns=columns).digest
    changed = [what for what, digest in now.items() if result.provenance.get(what, digest) != digest]
    if changed:
        warnings.warn(
            MorefitWarning(f"{path}: of another {' and '.join(changed)} than the spec has now; fit again"),
            stacklevel=2,
        )
