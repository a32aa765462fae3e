"""The `morefit` command: mounts its subcommands, and turns our errors into one line and exit code 1."""

from __future__ import annotations

import sys
import warnings

import typer

from morefit_py.cli import (
    batch,
    cache,
    check,
    contour,
    convert,
    devices,
    fit,
    inspect,
    plot,
    scan,
    splot,
    toys,
)
from morefit_py.errors import MorefitError, MorefitWarning

app = typer.Typer(
    name="morefit",
    help="Compiled maximum-likelihood fits.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("fit")(fit.fit)
app.command("batch")(batch.batch)
app.command("scan")(scan.scan)
app.command("contour")(contour.contour)
app.command("toys")(toys.toys)
app.command("splot")(splot.splot)
app.command("plot")(plot.plot)
app.command("inspect")(inspect.inspect)
app.command("check")(check.check)
app.command("convert")(convert.convert)
app.command("devices")(devices.devices)
app.add_typer(cache.app, name="cache")


def main() -> None:
    """Run the command line; exits 1 on an error of ours, 130 when interrupted."""
    warnings.showwarning = _show_warning  # type: ignore[assignment]
    try:
        app()
    except MorefitError as problem:
        print(f"error: {problem}", file=sys.stderr)
        raise SystemExit(1) from None
    except (KeyboardInterrupt, SystemExit) as end:
        stop = _interruption(end)
        if stop is None:
            raise
        notes = "; ".join(getattr(stop, "__notes__", [])) or "interrupted"
        print(notes, file=sys.stderr)
        raise SystemExit(130) from None


def _interruption(end: BaseException | None) -> KeyboardInterrupt | None:
    """The interruption that ended the command: Typer makes an exit of it."""
    while end is not None and not isinstance(end, KeyboardInterrupt):
        end = end.__cause__ or end.__context__
    return end


def _show_warning(message: Warning | str, category: type[Warning], *rest: object) -> None:
    kind = "warning" if issubclass(category, MorefitWarning) else category.__name__
    print(f"{kind}: {message}", file=sys.stderr)
