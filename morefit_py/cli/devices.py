"""`morefit devices`: what can be used here, what cannot, and why."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.table import Table


def devices() -> None:
    """List every device, the ones that `auto` prefers first, then why the others cannot be used."""
    from morefit_py.runtime.choose import devices as found

    # Markup would swallow the square brackets of a remedy such as `pip install 'morefit-py[compiler]'`.
    console = Console(markup=False, highlight=False)
    table = Table("backend", "device", "kind", "usable", box=None, pad_edge=False)
    held = found()
    for device in held:
        table.add_row(device.backend, device.name, device.kind, "yes" if device.usable else "no")
    console.print(table)
    unusable = [device for device in held if not device.usable]
    if unusable:
        console.print("\nwhat cannot be used:")
    for device in unusable:
        line = f"  {device.backend}: {device.problem}"
        if console.is_terminal:
            line = textwrap.fill(
                line, console.width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
            )
        console.print(line, soft_wrap=True)
