"""`morefit cache`: look at the compiled kernels, check them, remove them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from morefit_py.cli.words import counted
from morefit_py.errors import CacheError
from morefit_py.runtime.cache import KernelCache

SHORT = 12

app = typer.Typer(no_args_is_help=True, help="Compiled kernels, which later fits load instead of compiling.")

Key = typer.Argument(metavar="KEY", help="A key from `morefit cache list`, or its beginning.")


@app.command("list")
def list_kernels() -> None:
    """List the kernels and the sources they are made of, most recently used first."""
    cache = KernelCache.default()
    entries = cache.entries()
    if entries:
        table = Table("key", "kind", "last used", "size", "files")
        for entry in entries:
            table.add_row(
                entry.key[:SHORT],
                entry.manifest["kind"],
                f"{datetime.fromtimestamp(entry.last_used):%Y-%m-%d %H:%M}",
                _bytes(entry.size),
                ", ".join(entry.manifest["files"]),
            )
        Console(markup=False).print(table)
    sources = sum(entry.manifest["kind"] == "source" for entry in entries)
    held = f"{counted(len(entries) - sources, 'kernel')} and {counted(sources, 'source')}"
    size = f"{_bytes(cache.size)} of {_bytes(cache.max_bytes)}"
    typer.echo(f"{held}, {size}, in {cache.root}")
    unreadable = len(cache.keys()) - len(entries)
    if unreadable > 0:
        typer.echo(f"{unreadable} more cannot be read; `morefit cache verify` says why")


@app.command()
def show(key: Annotated[str, Key]) -> None:
    """Print what is known of a kernel, and its source."""
    cache = KernelCache.default()
    found = cache.find(key)
    entry = cache.get(found)
    if entry is None:
        raise CacheError(f"{cache.root / found}: another process has just removed it; fit again to build it")
    manifest = entry.manifest
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("key", entry.key)
    table.add_row("kind", manifest["kind"])
    table.add_row("created", manifest["created"])
    table.add_row("folder", str(entry.folder))
    for name, value in sorted(manifest["metadata"].items()):
        table.add_row(name, value)
    for name, record in manifest["files"].items():
        table.add_row(name, f"{_bytes(record['size'])}, sha256 {record['sha256']}")
    # Markup would swallow what stands in square brackets, such as an option of a compiler.
    Console(markup=False).print(table)
    for name in manifest["files"]:
        if name.startswith("source."):
            typer.echo(f"\n{name}:\n{entry.read(name).decode(errors='replace')}")


@app.command()
def verify() -> None:
    """Check every file of every entry; the exit code is 1 if anything is not as it was built."""
    cache = KernelCache.default()
    problems = cache.verify()
    for key, problem in problems:
        typer.echo(f"{key[:SHORT]}  {problem}")
    checked = counted(len(cache.keys()), "entry", "entries")
    typer.echo(f"{checked} checked in {cache.root}, {len(problems) or 'none'} at fault")
    if problems:
        raise typer.Exit(1)


@app.command()
def clear(
    key: Annotated[str | None, Key] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before removing all.")] = False,
) -> None:
    """Remove one entry, or all of them."""
    cache = KernelCache.default()
    if key is not None:
        removed = cache.clear(cache.find(key))
    else:
        count = len(cache.keys())
        if count and not yes:
            typer.confirm(f"Remove {counted(count, 'entry', 'entries')} in {cache.root}?", abort=True)
        removed = cache.clear()
    typer.echo(f"removed {counted(removed, 'entry', 'entries')} from {cache.root}")


def _bytes(count: int) -> str:
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count / 2**10:.1f} KiB"
