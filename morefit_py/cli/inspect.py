"""`morefit inspect`: look at a model between spec and kernel."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from morefit_py.cli.options import Spec


class Stage(StrEnum):
    """What to look at: the graph, what the passes did, the plan, or the source."""

    GRAPH = "graph"
    PASSES = "passes"
    PLAN = "plan"
    SOURCE = "source"


def inspect(
    spec: Spec,
    dialect: Annotated[
        str | None, typer.Option(help="The dialect of the source; the automatic backend's if not given.")
    ] = None,
    stage: Annotated[Stage, typer.Option(help="What to print.")] = Stage.SOURCE,
    dot: Annotated[Path | None, typer.Option(help="A file for the graph in Graphviz' DOT.")] = None,
) -> None:
    """Print one stage of a model's compilation; the source is byte for byte what is compiled."""
    from morefit_py.errors import BackendError
    from morefit_py.graph.dot import dot as as_dot
    from morefit_py.likelihood.audit import pass_audits, pass_table
    from morefit_py.likelihood.likelihood import checked, program
    from morefit_py.report.plans import describe
    from morefit_py.runtime.choose import choose
    from morefit_py.spec.load import load

    model, data = load(spec)
    made = program(model, checked(model, data))
    if dot is not None:
        dot.write_text(as_dot([made.objective], made.labels), encoding="utf-8")
    if stage is Stage.GRAPH:
        text = f"# digest {made.digest}\n{made.text}"
    elif stage is Stage.PASSES:
        text = pass_table(pass_audits(made.optimised)) + "\n"
    elif stage is Stage.PLAN:
        text = describe(made.plans)
    else:
        spoken = dialect or choose().backend.dialect
        if spoken is None:
            raise BackendError("the automatic backend runs the graph itself: name a --dialect")
        text = made.source(spoken).text
    typer.echo(text, nl=False)
