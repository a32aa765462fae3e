"""`morefit devices`: what can be used here, what cannot, and why."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table


def devices() -> None:
    """List every device, the ones that `auto` prefers first."""
    from morefit_py.runtime.choose import devices as found

    table = Table("backend", "device", "kind", "usable", box=None, pad_edge=False)
    for device in found():
        table.add_row(
            device.backend, device.name, device.kind, "yes" if device.usable else f"no: {device.problem}"
        )
    Console().print(table)
