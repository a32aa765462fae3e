"""From the `pdf` sections of templates to densities, and to what their variations do to yields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ColumnError, DataError, ModelError, nearest
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns.as_column import check_values
from morefit_py.model.dataset import Dataset
from morefit_py.model.files.paths import is_parquet
from morefit_py.model.modifiers import weightsys
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.templates.bins import bin_edges
from morefit_py.pdfs.templates.histogram import Histogram
from morefit_py.pdfs.templates.kde import Kde
from morefit_py.pdfs.templates.morphed_histogram import MorphedHistogram
from morefit_py.pdfs.templates.morphed_kde import MorphedKde
from morefit_py.spec.densities import entries, placed
from morefit_py.spec.layout_templates import KdeFromTree
from morefit_py.spec.lines import PathParts
from morefit_py.spec.scope import Scope

Array = NDArray[np.float64]
KINDS = ("weight_systematics", "horizontal_systematics")
SIDES = ("up", "down")


@dataclass(frozen=True)
class Template:
    """The density of a template, and the factors of the yield that its weight variations bring."""

    density: Density
    factors: tuple[Node, ...]


@dataclass(frozen=True)
class _Variation:
    """One systematic variation: its parameter, and what it makes of the events."""

    alpha: Operand
    code: str
    values: tuple[Array, Array]
    weights: tuple[Array, Array]
    in_shape: bool
    in_yield: bool


def template(
    section: Any,
    path: PathParts,
    scope: Scope,
    observables: Mapping[str, Observable],
    columns: Mapping[str, str],
) -> Template | None:
    """The template of a section; None where it has problems, which the scope collects.

    `columns` are the expressions of the observables in the channel's data, used for the template's too.
    """
    before = len(scope.problems.found)
    if section.observable not in observables:
        hint = nearest(section.observable, observables)
        what = f"the observable {section.observable!r} is not declared in this channel{hint}"
        scope.problems.add((*path, "observable"), what)
    if section.source.tree is not None and is_parquet(section.source.file):
        scope.problems.add((*path, "source", "tree"), "a Parquet file has no trees; remove it")
    alphas = _alphas(section, path, scope)
    if len(scope.problems.found) > before:
        return None
    x = observables[section.observable]
    try:
        data = _read(section, scope, columns[x.name])
        values, weights = data[x.name], data.weights
        nominal = np.ones(len(data)) if weights is None else weights
        check_values(f"{data.source}: {x.name!r}", values, x.low, x.high, "select the events")
        variations = _variations(section, alphas, data, x, nominal)
    except ColumnError as problem:
        at = _place(section, path, problem.what)
        if at is None:
            key = "name" if columns[x.name] == x.name else "expr"
            at = (*path[:2], "observables", list(observables).index(x.name), key)
        scope.problems.add(at, problem.problem)
        return None
    except DataError as problem:
        scope.problems.add((*path, "source"), str(problem))
        return None
    try:
        made = _kde if isinstance(section, KdeFromTree) else _histogram
        return Template(made(section, x, values, nominal, variations), _factors(nominal, variations))
    except ModelError as problem:
        fields = ("bin_edges", "pseudo_count", "bandwidth")
        written = {name: entries(getattr(section, name, None), (*path, name)) for name in fields}
        scope.problems.add(*placed(str(problem), written, path))
        return None


def _alphas(section: Any, path: PathParts, scope: Scope) -> list[Operand | None]:
    """The parameter of every variation, weight ones first; each kind has a parameter once."""
    found: list[Operand | None] = []
    shaping: dict[Any, str] = {}
    for kind in KINDS:
        seen = set()
        for i, held in enumerate(getattr(section, kind)):
            at = (*path, kind, i)
            if held.param in seen:
                scope.problems.add((*at, "param"), f"{held.param!r} has a variation here already; join them")
            seen.add(held.param)
            in_shape = getattr(held, "apply_to_shape", True)
            if not (in_shape or held.apply_to_yield):
                scope.problems.add(
                    at, "apply_to_shape and apply_to_yield are both false; remove the variation"
                )
            if in_shape and shaping.get(held.param, kind) != kind:
                scope.problems.add(
                    (*at, "param"),
                    f"{held.param!r} varies the shape by weights already; use another parameter",
                )
            if in_shape:
                shaping[held.param] = kind
            found.append(scope.value((*at, "param"), held.param))
    return found


def _read(section: Any, scope: Scope, expression: str) -> Dataset:
    """The events, with a column for the observable and two for every variation."""
    wanted = {section.observable: expression}
    for kind, i, held in _systematics(section):
        wanted |= {_column(kind, i, side): getattr(held, side) for side in SIDES}
    source = section.source
    rows: dict[str, Any] = {
        "selection": source.selection,
        "weight": source.weight,
        "max_events": section.max_events,
    }
    file = scope.folder / source.file
    scope.files.append(file)
    if source.tree is None:
        data = Dataset.from_parquet(file, wanted, **rows)
    else:
        data = Dataset.from_root(file, source.tree, wanted, **rows)
    data.check([])
    return data


def _systematics(section: Any) -> list[tuple[str, int, Any]]:
    """Every variation of a template: the list it stands in, its number there, and its section."""
    return [(kind, i, held) for kind in KINDS for i, held in enumerate(getattr(section, kind))]


def _column(kind: str, number: int, side: str) -> str:
    """What the column of a varied weight or place is called."""
    return f"{kind}[{number}].{side}"


def _place(section: Any, path: PathParts, what: str) -> PathParts | None:
    """Where the expression stands that readers call `what`; None for the observable's, of the channel."""
    for kind, i, _ in _systematics(section):
        for side in SIDES:
            if what == f"observable {_column(kind, i, side)!r}":
                return (*path, kind, i, side)
    return (*path, "source", what) if what in ("selection", "weight") else None


def _variations(
    section: Any,
    alphas: Sequence[Operand | None],
    data: Dataset,
    x: Observable,
    nominal: Array,
) -> list[_Variation]:
    found = []
    for (kind, i, held), alpha in zip(_systematics(section), alphas, strict=True):
        assert alpha is not None
        sides = data[_column(kind, i, "up")], data[_column(kind, i, "down")]
        weighs = kind == "weight_systematics"
        low, high = (0.0, np.inf) if weighs else (x.low, x.high)
        what = "a ratio of weights is finite and >= 0" if weighs else "varied values stay inside the bounds"
        for name, side in zip(SIDES, sides, strict=True):
            check_values(
                f"{data.source}: {name} of {held.param!r} ({getattr(held, name)})", side, low, high, what
            )
        found.append(
            _Variation(
                alpha,
                held.interp,
                (data[x.name], data[x.name]) if weighs else sides,
                (nominal * sides[0], nominal * sides[1]) if weighs else (nominal, nominal),
                getattr(held, "apply_to_shape", True),
                getattr(held, "apply_to_yield", False),
            )
        )
    return found


def _factors(nominal: Array, variations: Sequence[_Variation]) -> tuple[Node, ...]:
    """What the variations of weights do to the expected number of events."""
    whole = float(nominal.sum())
    return tuple(
        weightsys(
            held.alpha, float(held.weights[1].sum()) / whole, float(held.weights[0].sum()) / whole, held.code
        )
        for held in variations
        if held.in_yield
    )


def _histogram(
    section: Any, x: Observable, values: Array, nominal: Array, variations: Sequence[_Variation]
) -> Density:
    edges = bin_edges("histogram", section.bin_edges, x)

    def filled(at: Array, weights: Array) -> tuple[float, ...]:
        return tuple(np.histogram(at, edges, weights=weights)[0].tolist())

    shaping = [held for held in variations if held.in_shape]
    if not shaping:
        return Histogram(x, tuple(section.bin_edges), filled(values, nominal), section.pseudo_count)
    return MorphedHistogram(
        x,
        tuple(section.bin_edges),
        filled(values, nominal),
        tuple(as_node(held.alpha) for held in shaping),
        tuple(filled(held.values[0], held.weights[0]) for held in shaping),
        tuple(filled(held.values[1], held.weights[1]) for held in shaping),
        tuple(held.code for held in shaping),
        section.pseudo_count,
    )


def _kde(
    section: Any, x: Observable, values: Array, nominal: Array, variations: Sequence[_Variation]
) -> Density:
    shaping = [held for held in variations if held.in_shape]
    if not shaping:
        return Kde(x, section.bandwidth, tuple(values.tolist()), tuple(nominal.tolist()))
    return MorphedKde(
        x,
        section.bandwidth,
        tuple(values.tolist()),
        tuple(nominal.tolist()),
        tuple(as_node(held.alpha) for held in shaping),
        tuple(tuple(held.values[0].tolist()) for held in shaping),
        tuple(tuple(held.values[1].tolist()) for held in shaping),
        tuple(tuple(held.weights[0].tolist()) for held in shaping),
        tuple(tuple(held.weights[1].tolist()) for held in shaping),
        tuple(held.code for held in shaping),
    )
