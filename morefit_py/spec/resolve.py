"""From a validated spec to a model and requests for its data: strings die here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from morefit_py.errors import GraphError, ModelError, nearest
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.blinding import blinded
from morefit_py.model.constraints.constraint import Constraint
from morefit_py.model.model import Model
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.spec import layout_v0
from morefit_py.spec.constraints import of_model, of_parameter
from morefit_py.spec.lines import Document, PathParts
from morefit_py.spec.mixtures import mixture
from morefit_py.spec.problems import Problems
from morefit_py.spec.scope import Scope
from morefit_py.spec.sources import Request, request
from morefit_py.spec.validate import Spec


@dataclass(frozen=True)
class Resolved:
    """A model, what to read for each channel (also those left out of the fit), and what seems not meant.

    `files` are those that the model itself was made from, as of templates.
    """

    model: Model
    requests: tuple[Request, ...]
    warnings: tuple[str, ...]
    files: tuple[Path, ...]


def resolve(document: Document, spec: Spec, folder: Path) -> Resolved:
    """The model of a spec, data files being relative to `folder`; raises SpecError with all problems."""
    problems = Problems(document)
    strict = isinstance(spec, layout_v0.Spec)
    scope = Scope(problems, expressions=not strict, folder=folder)
    constraints = [c for at, name, held in _entries(spec) for c in _declare(at, name, held, scope)]
    _name_expressions(spec, scope)
    for i, section in enumerate(getattr(spec.model, "constraints", ())):
        constraints += of_model(section, ("model", "constraints", i), scope)
    # What only constraints and expressions mention is not used yet.
    scope.used.clear()
    mixtures: dict[str, Mixture] = {}
    requests: list[Request] = []
    warnings: list[str] = []
    names: set[str] = set()
    channels: list[Any] = list(spec.channels)
    for i, channel in enumerate(channels):
        at: PathParts = ("channels", i)
        if channel.name in names:
            problems.add((*at, "name"), f"the channel {channel.name!r} is there already; rename one")
        names.add(channel.name)
        observables = _observables(channel, at, problems)
        if observables is None:
            continue
        found = mixture(channel, at, scope, observables)
        inner = set() if found is None else _inner(found)
        wanted = request(
            channel, at, [x for x in observables if x.name not in inner], folder, strict, problems
        )
        if wanted is not None:
            requests.append(wanted)
        if found is not None:
            warnings += _unused_observables(document, at, observables, found, inner)
            if channel.include_in_fit:
                mixtures[channel.name] = found
    if not any(channel.include_in_fit for channel in channels):
        problems.add(("channels",), "every channel has include_in_fit: false; nothing is left to fit")
    _check_poi(spec, scope)
    problems.raise_if_any()
    warnings += _unused_parameters(document, spec, scope)
    return Resolved(
        _model(document, spec, scope, mixtures, constraints),
        tuple(requests),
        tuple(warnings),
        tuple(scope.files),
    )


def _entries(spec: Spec) -> Iterator[tuple[PathParts, str, Any]]:
    held: Any = spec.model.parameters
    if isinstance(held, dict):
        yield from ((("model", "parameters", name), name, entry) for name, entry in held.items())
    else:
        yield from ((("model", "parameters", i), entry.name, entry) for i, entry in enumerate(held))


def _declare(path: PathParts, name: str, entry: Any, scope: Scope) -> list[Constraint]:
    """Add a parameter to the scope, and return its constraints."""
    problems = scope.problems
    if name in scope.parameters:
        problems.add((*path, "name"), f"the parameter {name!r} is declared already; rename one")
        return []
    limits = getattr(entry, "limits", None)
    if limits is not None and entry.bounds is not None:
        problems.add((*path, "bounds"), "stands beside limits, which mean the same; give one of them")
    key, limits = ("bounds", entry.bounds) if limits is None else ("limits", limits)
    extras = {key: getattr(entry, key) for key in ("fixed", "unit", "latex") if hasattr(entry, key)}
    try:
        limits = None if limits is None else tuple(limits)
        scope.declare(name, Parameter(name, entry.init, limits, **extras))
    except ModelError as problem:
        outside = limits is not None and limits[0] <= limits[1]
        at = (*path, "init") if outside else (*path, key)
        problems.add(at, str(problem).removeprefix(f"parameter {name!r}: "))
        # Declared all the same, so that its uses are no further problems.
        scope.declare(name, Parameter("undeclared", entry.init))
        return []
    blind = getattr(entry, "blind", None)
    if blind is not None:
        problems.blind = True
        scope.names[name] = blinded(scope.parameters[name], blind.text, blind.scale)
    return of_parameter(entry.constraint, (*path, "constraint"), scope.names[name], scope)


def _name_expressions(spec: Spec, scope: Scope) -> None:
    """Let names stand for expressions, each of parameters and of the names before it."""
    for name, text in getattr(spec.model, "expressions", {}).items():
        path = ("model", "expressions", name)
        if name in scope.names:
            scope.problems.add(path, f"{name!r} is the name of a parameter already; rename one")
            continue
        found = scope.value(path, text)
        if found is not None:
            scope.names[name] = found


def _observables(channel: Any, path: PathParts, problems: Problems) -> list[Observable] | None:
    found: list[Observable] = []
    for i, section in enumerate(channel.observables):
        at = (*path, "observables", i)
        if section.name in (x.name for x in found):
            problems.add((*at, "name"), f"the observable {section.name!r} is there already; rename one")
        extras = {key: getattr(section, key) for key in ("unit", "latex") if hasattr(section, key)}
        try:
            found.append(Observable(section.name, *section.bounds, **extras))
        except ModelError as problem:
            problems.add((*at, "bounds"), str(problem).removeprefix(f"observable {section.name!r}: "))
    return found if len(found) == len(channel.observables) else None


def _inner(found: Mixture) -> set[str]:
    """The observables that densities integrate over, such as true values: they are not in the data."""
    held = [term.density for term in found.terms]
    names: set[str] = set()
    while held:
        density = held.pop()
        names |= {x.name for x in density.observables}
        held += density.parts
    return names - {x.name for x in found.observables}


def _check_poi(spec: Spec, scope: Scope) -> None:
    poi = spec.model.poi
    if poi is None:
        return
    if poi not in scope.parameters:
        hint = nearest(poi, scope.parameters)
        scope.problems.add(("model", "poi"), f"the parameter {poi!r} is not declared{hint}")
    elif poi not in scope.used and not scope.problems.found:
        scope.problems.add(("model", "poi"), f"no density and no yield depends on {poi!r}")


def _unused_parameters(document: Document, spec: Spec, scope: Scope) -> Iterator[str]:
    for path, name, entry in _entries(spec):
        if name not in scope.used:
            left = "only its constraint" if entry.constraint else "nothing"
            yield f"{document.where(path)}: the parameter {name!r} is declared, but {left} depends on it"


def _unused_observables(
    document: Document, path: PathParts, observables: list[Observable], found: Mixture, inner: set[str]
) -> Iterator[str]:
    for i, x in enumerate(observables):
        if x not in found.observables and x.name not in inner:
            where = document.where((*path, "observables", i))
            yield f"{where}: the observable {x.name!r} is declared, but no density depends on it"


def _places(document: Document, spec: Spec) -> dict[tuple[str, str], str]:
    """Where the density of every process stands; a sum by fractions goes by the name of its channel."""
    found = {}
    channels: list[Any] = list(spec.channels)
    for i, channel in enumerate(channels):
        at: PathParts = ("channels", i, "processes")
        found[channel.name, channel.name] = document.where(at)
        for j, process in enumerate(channel.processes):
            found[channel.name, process.name] = document.where((*at, j, "pdf"))
    return found


def _model(
    document: Document,
    spec: Spec,
    scope: Scope,
    mixtures: dict[str, Mixture],
    constraints: list[Constraint],
) -> Model:
    """The model in the order the parameters are declared, without those that nothing fitted depends on."""
    name = getattr(spec, "title", "") or Path(document.name).stem
    try:
        needed = {parameter.name for parameter in Model(mixtures, tuple(constraints)).parameters}
        declared = tuple(parameter for parameter in scope.parameters.values() if parameter.name in needed)
        places = _places(document, spec)
        return Model(mixtures, tuple(constraints), declared, spec.model.poi, name, places)
    except (ModelError, GraphError) as problem:
        problems = Problems(document)
        problems.add(("model",), str(problem))
        problems.raise_if_any()
        raise
