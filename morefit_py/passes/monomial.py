"""Event expressions as linear combinations: event-independent coefficients times monomials.

A monomial is a product of whole powers of atoms. A selection that is zero on one side is a mask, an
idempotent atom: its square is itself, and it vanishes against its opposite.
"""

from __future__ import annotations

from morefit_py.graph.build import ONE, ZERO, Node, add, ipow, mul, select
from morefit_py.graph.op import Op, Stage

# Atoms with their powers; the empty monomial is 1.
Monomial = frozenset[tuple[Node, int]]
Terms = dict[Monomial, Node]
UNIT: Monomial = frozenset()
# Atoms in a monomial: longer products come from chains, and gain nothing from being taken apart.
LONGEST = 16


def is_mask(atom: Node) -> bool:
    """Whether an atom is `select(condition, 1, 0)` or `select(condition, 0, 1)`."""
    return atom.op is Op.SELECT and {atom.args[1], atom.args[2]} == {ONE, ZERO}


def opposite(mask: Node) -> Node:
    return select(mask.args[0], mask.args[2], mask.args[1])


def times(a: Monomial, b: Monomial) -> Monomial | None:
    """The product of two monomials; None where opposite masks make it vanish."""
    if not a or not b:
        return a or b
    powers = dict(a)
    for atom, power in b:
        if is_mask(atom):
            if opposite(atom) in powers:
                return None
            powers[atom] = 1
            continue
        total = powers.get(atom, 0) + power
        if total:
            powers[atom] = total
        else:
            del powers[atom]
    return frozenset(powers.items())


def raised(a: Monomial, power: int) -> Monomial:
    return frozenset((atom, 1 if is_mask(atom) else held * power) for atom, held in a)


def product(monomial: Monomial) -> Node:
    """The monomial as an expression, in an order that depends on its atoms alone, masks outermost."""
    result = ONE
    masks = []
    for atom, power in sorted(monomial, key=lambda item: (item[0].stage, item[0].key)):
        if is_mask(atom):
            masks.append(atom)
        else:
            result = mul(result, ipow(atom, power))
    for mask in masks:
        condition, yes, _ = mask.args
        result = select(condition, result, ZERO) if yes is ONE else select(condition, ZERO, result)
    return result


class Expansion:
    """Expands expressions into terms; nodes in `whole` are never taken apart where they are sums.

    The sums of the model itself stay whole: x - mu expanded would cancel catastrophically. Only
    sums that differentiation made are distributed. Beyond `limit` terms a sum stays whole too.
    """

    def __init__(self, whole: frozenset[Node], limit: int = 200) -> None:
        self.whole = set(whole)
        self.limit = limit
        self._known: dict[Node, Terms] = {}

    def terms(self, root: Node) -> Terms:
        """The terms of an expression; iterative, each node expanded once."""
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._known:
                stack.pop()
                continue
            missing = [arg for arg in self._parts(node) if arg not in self._known]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            found = self._expand(node)
            small = len(found) <= self.limit and all(len(monomial) <= LONGEST for monomial in found)
            self._known[node] = found if small else _atom(node)
        return self._known[root]

    def _parts(self, node: Node) -> tuple[Node, ...]:
        if not node.stage & Stage.DATASET or node.stage == Stage.DATASET:
            return ()
        if node.op is Op.MUL:
            return node.args
        if node.op is Op.IPOW and (node.args[0].op is not Op.ADD or node.args[0] in self.whole):
            return node.args
        if node.op is Op.ADD and node not in self.whole:
            return node.args
        if node.op is Op.SELECT and node not in self.whole and not is_mask(node):
            return node.args[1:]
        return ()

    def _expand(self, node: Node) -> Terms:
        if not node.stage & Stage.DATASET:
            return {UNIT: node} if node is not ZERO else {}
        parts = self._parts(node)
        if not parts:
            return _atom(node)
        held = [self._known[part] for part in parts]
        if node.op is Op.MUL:
            return self._product(node, *held)
        if node.op is Op.ADD:
            return _sum(held[0], held[1])
        if node.op is Op.IPOW:
            if len(held[0]) != 1:
                return _atom(node)
            ((monomial, coefficient),) = held[0].items()
            if node.power < 0 and any(is_mask(atom) for atom, _ in monomial):
                return _atom(node)
            return {raised(monomial, node.power): ipow(coefficient, node.power)}
        yes = self._masked(select(node.args[0], ONE, ZERO), held[0])
        no = self._masked(select(node.args[0], ZERO, ONE), held[1])
        return _sum(yes, no)

    def _masked(self, mask: Node, terms: Terms) -> Terms:
        monomial: Monomial = frozenset({(mask, 1)})
        return _collect((times(monomial, other), coefficient) for other, coefficient in terms.items())

    def _product(self, node: Node, left: Terms, right: Terms) -> Terms:
        if len(left) * len(right) > self.limit:
            return _atom(node)
        return _collect((times(a, b), mul(ca, cb)) for a, ca in left.items() for b, cb in right.items())


def _atom(node: Node) -> Terms:
    return {frozenset({(node, 1)}): ONE}


def _collect(pairs: object) -> Terms:
    found: Terms = {}
    for monomial, coefficient in pairs:  # type: ignore[attr-defined]
        if monomial is None or coefficient is ZERO:
            continue
        found[monomial] = add(found[monomial], coefficient) if monomial in found else coefficient
    return {monomial: coefficient for monomial, coefficient in found.items() if coefficient is not ZERO}


def _sum(left: Terms, right: Terms) -> Terms:
    return _collect((*left.items(), *right.items()))
