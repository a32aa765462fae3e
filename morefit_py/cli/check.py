"""`morefit check`: validate a spec and its data without fitting."""

from __future__ import annotations

from rich.console import Console

from morefit_py.cli.options import Spec
from morefit_py.cli.words import counted


def check(spec: Spec) -> None:
    """Check a spec, its densities over their limits, and its data; prints what a fit would see."""
    from morefit_py.likelihood.likelihood import checked
    from morefit_py.model.dataset import Dataset
    from morefit_py.spec.load import load

    model, data = load(spec)
    held = checked(model, data)
    console = Console(markup=False, highlight=False)
    size = f"{counted(len(model.parameters), 'parameter')}, {counted(len(model.channels), 'channel')}"
    console.print(f"{spec}: {size}", soft_wrap=True)
    for name, mixture in model.channels.items():
        dataset: Dataset = held[name]
        components = ", ".join(f"{term.name} ({term.density.type})" for term in mixture.terms)
        weights = f", effective {dataset.effective_events:.1f}" if dataset.weights is not None else ""
        console.print(f"  {name}: {counted(len(dataset), 'event')}{weights}; {components}", soft_wrap=True)
    console.print("the spec and its data can be fitted")
