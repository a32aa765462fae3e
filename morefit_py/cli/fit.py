"""`morefit fit`: fit a spec, print the result, and write what is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from morefit_py.cli.options import Backend, Spec
from morefit_py.cli.words import counted

# Seconds between two updates of the status.
_TELL_EVERY = 0.1


def fit(
    spec: Spec,
    backend: Backend = "auto",
    minimiser: Annotated[str, typer.Option(help="newton, minuit or lbfgsb.")] = "newton",
    minos: Annotated[bool, typer.Option("--minos", help="Add MINOS errors of every parameter.")] = False,
    weighted_errors: Annotated[
        str, typer.Option(help="Errors of weighted events: sandwich, scaled or naive.")
    ] = "sandwich",
    output: Annotated[
        Path | None,
        typer.Option(help="A folder for result.json, plots, the kernel's source and the audit."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="A file for the result as JSON.")] = None,
) -> None:
    """Fit the model of a spec to its data and print the result; exits 2 if the fit is not valid."""
    from morefit_py.fit.compiled import compile
    from morefit_py.fit.minimisers import minimiser as find_minimiser
    from morefit_py.fit.problem import Progress
    from morefit_py.fit.weights import check_kind
    from morefit_py.report.folder import check_folder, write_folder
    from morefit_py.runtime.backend import backend as find_backend
    from morefit_py.runtime.choose import AUTO
    from morefit_py.spec.load import load, spec_digest

    # A wrong name is found before anything is read or compiled.
    find_minimiser(minimiser)
    check_kind(weighted_errors)
    if backend != AUTO:
        find_backend(backend)
    # Console() would take what stands in square brackets as markup.
    console = Console(markup=False)
    for path in (json.parent if json else None, output):
        if path is not None:
            check_folder(path)
    # Reading may show a bar of its own.
    model, data = load(spec)
    with Console(stderr=True).status("compiling") as status:
        compiled = compile(model, data, backend)

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
    console.print(result)
    if json is not None:
        result.save(json)
    if output is not None:
        for path in write_folder(output, compiled, result):
            console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    compiled.release()
    if not result.valid:
        raise typer.Exit(2)
