"""The order of compilation, readable straight down `run`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from morefit_py.graph.build import ZERO, Node, add, param
from morefit_py.graph.node import walk
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.assemble import assembled
from morefit_py.passes.columns import choose_columns
from morefit_py.passes.counts import Counts, count, sums_of
from morefit_py.passes.differentiate import Derivatives, derivatives
from morefit_py.passes.factor import factor
from morefit_py.passes.products import share_products
from morefit_py.passes.scores import FORMS as SCORE_FORMS
from morefit_py.passes.scores import SCORES, EventTerm, ScoreProducts, score_products
from morefit_py.passes.simplify import simplify
from morefit_py.passes.verify import verify

VALUE, GRADIENT, HESSIAN = 0, 1, 2
ORDERS = (VALUE, GRADIENT, HESSIAN)
ALL_COLUMNS = 1 << 30

# Forms of differentiation that compete: method, and whether sums are cut at their interface.
FORMS = (("reverse", True), ("reverse", False), ("forward", True), ("forward", False))
# Beyond this size only the form that scales is tried; the others could not win in acceptable time.
_LARGE = 600
# How many times cheaper score products by the interface must be to be worth their rounding.
_MUCH = 2


@dataclass(frozen=True)
class Step:
    """What one pass left behind: its name and the operation counts per event by order."""

    name: str
    counts: dict[int, Counts]


@dataclass(frozen=True)
class Optimised:
    """An objective, or sums of products of its scores, ready for planning; `parameters` are all it reads.

    `roots[order]` are the value, then the gradient, then the upper triangle of the Hessian row by
    row, as far as the order asks; or under SCORES the upper triangle of the score products.
    `columns` are data-only expressions to precompute.
    """

    parameters: tuple[Parameter, ...]
    roots: dict[int, list[Node]]
    columns: frozenset[Node]
    steps: tuple[Step, ...]
    form: str
    costs: dict[str, int]


def run(
    objective: Node,
    parameters: Sequence[Parameter],
    budget: int = ALL_COLUMNS,
    given: Sequence[Parameter] = (),
) -> Optimised:
    """Simplify, differentiate, factor, precompute and share; `budget` bounds the columns precomputed.

    Nothing is differentiated by the parameters `given`.
    """
    steps: list[Step] = []
    wrt = [param(parameter) for parameter in parameters]
    verify([objective], "building the model")
    (value,) = simplify([objective])
    verify([value], "simplify")
    steps.append(Step("simplify", {VALUE: count([value])}))

    method, interface, costs = _cheapest_form(value, wrt)
    assemble = (method, interface) == FORMS[0] and bool(sums_of([value]))
    found = assembled(value, wrt) if assemble else derivatives(value, wrt, 2, method, interface)
    roots = _roots(value, wrt, found)
    form = _name(method, interface)
    _record(steps, f"differentiate ({form})", roots)

    factored = _factored_if_cheaper(roots[HESSIAN], [value], found.whole)
    roots = {order: factored[: len(roots[order])] for order in ORDERS}
    _record(steps, "factor", roots)

    columns = choose_columns(roots[HESSIAN], budget)
    _record(steps, "columns", roots, columns)

    roots = {order: share_products(roots[order], columns) for order in ORDERS}
    columns = columns & frozenset(walk(roots[HESSIAN]))
    _record(steps, "products", roots, columns)
    return Optimised((*parameters, *given), roots, columns, tuple(steps), form, costs)


def run_scores(
    terms: Sequence[EventTerm],
    rest: Node,
    parameters: Sequence[Parameter],
    budget: int = ALL_COLUMNS,
    given: Sequence[Parameter] = (),
) -> Optimised:
    """The sums over all terms of products of scores, plus the Hessian of `rest`, optimised as in `run`."""
    steps: list[Step] = []
    wrt = [param(parameter) for parameter in parameters]
    simple = simplify([*(term.log_density for term in terms), rest])
    held = [replace(term, log_density=one) for term, one in zip(terms, simple[:-1], strict=True)]
    forms = [_chosen_products(term, wrt) for term in held]

    triangle = dict(derivatives(simple[-1], wrt, 2).hessian)
    for _, found, _ in forms:
        for pair, entry in found.triangle.items():
            triangle[pair] = add(triangle.get(pair, ZERO), entry)
    size = len(wrt)
    roots = {SCORES: [triangle.get((i, j), ZERO) for i in range(size) for j in range(i, size)]}
    form = ", ".join(f"{term.axis.name}: {name}" for term, (name, _, _) in zip(held, forms, strict=True))
    _record(steps, f"score products ({form})", roots)

    whole = frozenset(walk(simple)).union(*(found.whole for _, found, _ in forms))
    roots = {SCORES: _factored_if_cheaper(roots[SCORES], [], whole)}
    _record(steps, "factor", roots)

    columns = choose_columns(roots[SCORES], budget)
    _record(steps, "columns", roots, columns)

    roots = {SCORES: share_products(roots[SCORES], columns)}
    columns = columns & frozenset(walk(roots[SCORES]))
    _record(steps, "products", roots, columns)
    costs = {
        f"{term.axis.name}: {name}": cost
        for term, (_, _, found) in zip(held, forms, strict=True)
        for name, cost in found.items()
    }
    return Optimised((*parameters, *given), roots, columns, tuple(steps), form, costs)


def _chosen_products(term: EventTerm, wrt: list[Node]) -> tuple[str, ScoreProducts, dict[str, int]]:
    """One term's score products by the scores, or by the interface where that costs much less per event.

    Sums of squares do not cancel; products with the Jacobian afterwards may.
    """
    made = {form: score_products(term, wrt, form) for form in SCORE_FORMS}
    costs = {}
    for form, found in made.items():
        whole = frozenset(walk([term.log_density])) | found.whole
        costs[form] = count(share_products(factor(found.triangle.values(), [], whole))).cost
    scores, interface = SCORE_FORMS
    best = interface if _MUCH * costs[interface] < costs[scores] else scores
    return best, made[best], costs


def _factored_if_cheaper(
    roots: list[Node], whole: list[Node], kept: frozenset[Node] = frozenset()
) -> list[Node]:
    """The roots factored, unless expanding their terms costs more per event than it saves in sums."""
    factored = factor(roots, whole, kept)
    if count(factored).cost <= count(roots).cost:
        return factored
    # Monomials share their products where whole terms share little, so sharing has to be awaited.
    ends = [count(share_products(held)).cost for held in (factored, roots)]
    return factored if ends[0] <= ends[1] else roots


def _roots(value: Node, wrt: list[Node], found: Derivatives) -> dict[int, list[Node]]:
    size = len(wrt)
    triangle = [found.hessian.get((i, j), ZERO) for i in range(size) for j in range(i, size)]
    return {
        VALUE: [value],
        GRADIENT: [value, *found.gradient],
        HESSIAN: [value, *found.gradient, *triangle],
    }


def _cheapest_form(value: Node, wrt: list[Node]) -> tuple[str, bool, dict[str, int]]:
    """The form whose gradient costs least per event after factoring and sharing; ties go to the first."""
    large = sum(1 for _ in walk([value])) > _LARGE or not sums_of([value])
    costs: dict[str, int] = {}
    best = FORMS[0]
    for form in FORMS[:1] if large else FORMS:
        gradient = derivatives(value, wrt, 1, *form).gradient
        shared = share_products(_factored_if_cheaper([value, *gradient], [value]))
        costs[_name(*form)] = count(shared).cost
        if costs[_name(*form)] < costs[_name(*best)]:
            best = form
    return *best, costs


def _name(method: str, interface: bool) -> str:
    return f"{method}, {'interface' if interface else 'direct'}"


def _record(
    steps: list[Step], name: str, roots: dict[int, list[Node]], columns: frozenset[Node] = frozenset()
) -> None:
    verify(roots[max(roots)], name)
    steps.append(Step(name, {order: count(held, columns) for order, held in roots.items()}))
