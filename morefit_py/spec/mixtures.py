"""From the processes of a channel to the mixture its events follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from morefit_py.errors import GraphError, ModelError
from morefit_py.graph.build import Node, Operand, as_node, mul
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.composition.fractions import Fractions
from morefit_py.pdfs.composition.mixture import Mixture, Term
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import start_value
from morefit_py.spec.densities import density
from morefit_py.spec.layout_templates import TEMPLATES
from morefit_py.spec.lines import PathParts
from morefit_py.spec.scope import Scope
from morefit_py.spec.templates import template
from morefit_py.spec.yields import expected


@dataclass(frozen=True)
class _Process:
    """A process as it stands in the spec, with all that could be made of it."""

    name: str
    path: PathParts
    density: Density | None
    expected: Node | None
    fraction: Operand | None


def mixture(channel: Any, path: PathParts, scope: Scope, observables: Sequence[Observable]) -> Mixture | None:
    """The mixture of a channel; None where it has problems, which the scope collects.

    All processes with yields make an extended one. Processes without are summed by fractions, which
    all but one of them give; that one takes what is left.
    """
    before = len(scope.problems.found)
    named = {x.name: x for x in observables}
    columns = {held.name: held.expr or held.name for held in channel.observables}
    sections = channel.processes
    parts: list[_Process] = []
    for i, section in enumerate(sections):
        at = (*path, "processes", i)
        fraction = getattr(section, "fraction", None)
        if section.name in (part.name for part in parts):
            scope.problems.add((*at, "name"), f"the process {section.name!r} is there already; rename one")
        if fraction is not None and section.expected is not None:
            scope.problems.add((*at, "fraction"), "stands beside a yield; a process has one or the other")
        shape, factors = _shape(section.pdf, (*at, "pdf"), scope, named, columns)
        count = None if section.expected is None else expected(section.expected, (*at, "yield"), scope)
        for factor in factors:
            count = None if count is None else mul(count, factor)
        parts.append(
            _Process(
                section.name,
                at,
                shape,
                count,
                None if fraction is None else scope.value((*at, "fraction"), fraction),
            )
        )
    extended = any(section.expected is not None for section in sections)
    if extended:
        for part, section in zip(parts, sections, strict=True):
            if section.expected is None:
                scope.problems.add(
                    part.path, "has no yield, but other processes of the channel have; add one"
                )
    else:
        _check_fractions(parts, [section.fraction is not None for section in sections], path, scope)
    _check_observables(parts, scope)
    if len(scope.problems.found) > before:
        return None
    try:
        return _extended(parts) if extended else _by_fractions(channel.name, parts)
    except (ModelError, GraphError) as problem:
        scope.problems.add(path, str(problem))
        return None


def _shape(
    section: Any,
    path: PathParts,
    scope: Scope,
    observables: Mapping[str, Observable],
    columns: Mapping[str, str],
) -> tuple[Density | None, tuple[Node, ...]]:
    """A density, and the factors of its yield if it is a template with variations."""
    if section.type not in TEMPLATES:
        return density(section, path, scope, observables), ()
    made = template(section, path, scope, observables, columns)
    return (None, ()) if made is None else (made.density, made.factors)


def _extended(parts: list[_Process]) -> Mixture:
    terms = [Term(part.name, part.density, part.expected) for part in parts if part.density is not None]
    return Mixture(tuple(terms))


def _by_fractions(name: str, parts: list[_Process]) -> Mixture:
    if len(parts) == 1 and parts[0].density is not None:
        return Mixture((Term(parts[0].name, parts[0].density, None),))
    ordered = sorted(parts, key=lambda part: part.fraction is None)
    densities = tuple(part.density for part in ordered if part.density is not None)
    fractions = tuple(part.fraction for part in ordered if part.fraction is not None)
    return Mixture((Term(name, Fractions(densities, fractions), None),))


def _check_fractions(parts: list[_Process], given: list[bool], path: PathParts, scope: Scope) -> None:
    if sum(given) != len(given) - 1:
        scope.problems.add(
            (*path, "processes"),
            f"{sum(given)} of {len(given)} processes have a fraction; give each a yield, "
            "or all but one a fraction, that one takes what is left",
        )
        return
    left = 1.0
    for part in parts:
        if part.fraction is not None:
            start = start_value(as_node(part.fraction))
            left -= start
            if start < 0.0 or left < -1e-12:
                problem = (
                    f"is {start:g} at the start" if start < 0.0 else "makes the sum exceed 1 at the start"
                )
                scope.problems.add(
                    (*part.path, "fraction"), f"{problem}; fractions are >= 0 and sum to 1 at most"
                )


def _check_observables(parts: list[_Process], scope: Scope) -> None:
    known = [(part, part.density) for part in parts if part.density is not None]
    every = {x.name for _, held in known for x in held.observables}
    for part, held in known:
        missing = sorted(every - {x.name for x in held.observables})
        if missing:
            names = ", ".join(map(repr, missing))
            scope.problems.add(
                (*part.path, "pdf"),
                f"does not depend on {names} as other processes do; "
                "the densities of a channel must be of the same observables",
            )
