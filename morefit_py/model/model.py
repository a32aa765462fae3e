"""A model: channels of components that share parameters, with constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from morefit_py.errors import ModelError, nearest
from morefit_py.graph.build import Node
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter, distinct
from morefit_py.model.constraints.constraint import Constraint
from morefit_py.pdfs.composition.mixture import Mixture, as_mixture
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import shown

SINGLE_CHANNEL = "data"


@dataclass(frozen=True, eq=False)
class Model:
    """Channels by name, each a mixture of densities; parameters of equal name are shared.

    A mixture or density instead of a mapping is a single channel named "data".
    `declared` fixes the order of the parameters (others follow in order of appearance); `poi` names
    the parameter of interest; `places` say of components, by channel and name, where they are written down,
    for messages. Raises ModelError for an empty model, for two different parameters of
    one name, and for a poi that is not a parameter.
    """

    channels: Mapping[str, Mixture]
    constraints: tuple[Constraint, ...] = ()
    declared: tuple[Parameter, ...] = ()
    poi: str | None = None
    name: str = field(default="model")
    places: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        held: object = self.channels
        if isinstance(held, Mixture | Density):
            held = {SINGLE_CHANNEL: held}
        if not isinstance(held, Mapping):
            raise ModelError(f"channels is {shown(held)}; give a mapping from channel to mixture")
        if not held:
            raise ModelError("a model needs at least one channel")
        object.__setattr__(self, "channels", {name: as_mixture(value) for name, value in held.items()})
        for name, kind in (("constraints", Constraint), ("declared", Parameter)):
            object.__setattr__(self, name, _all_of(kind, name, getattr(self, name)))
        if isinstance(self.poi, Parameter):
            object.__setattr__(self, "poi", self.poi.name)
        names = [parameter.name for parameter in self.parameters]
        if self.poi is not None and not isinstance(self.poi, str):
            raise ModelError(f"the poi is {shown(self.poi)}; give the name of a parameter")
        if self.poi is not None and self.poi not in names:
            raise ModelError(
                f"the poi {self.poi!r} is not a parameter of the model{nearest(self.poi, names)}"
            )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter once: the declared ones first, then by appearance."""
        return distinct((*self.declared, *_used(self)))

    @property
    def observables(self) -> dict[str, tuple[Observable, ...]]:
        """The observables of each channel."""
        return {name: mixture.observables for name, mixture in self.channels.items()}

    def constrained(self, *constraints: Constraint) -> Model:
        """The same model with constraints added."""
        return replace(self, constraints=self.constraints + constraints)


def as_model(value: Model | Mixture | Density | Mapping[str, Mixture | Density]) -> Model:
    """A model; a mixture, a density or a mapping of them by channel becomes one."""
    if isinstance(value, Model):
        return value
    if isinstance(value, Mapping):
        return Model({name: as_mixture(held) for name, held in value.items()})
    return Model({SINGLE_CHANNEL: as_mixture(value)})


def _all_of(kind: type[Any], name: str, held: Any) -> tuple[Any, ...]:
    """A value, or any sequence of them, as a tuple; raises ModelError for what is of another kind."""
    values = tuple(held) if isinstance(held, Iterable) and not isinstance(held, str) else (held,)
    for value in values:
        if not isinstance(value, kind):
            raise ModelError(f"{name} holds {shown(value)}; give a sequence of {kind.__name__} objects")
    return values


def _used(model: Model) -> list[Parameter]:
    found: list[Parameter] = []
    for mixture in model.channels.values():
        for term in mixture.terms:
            if term.expected is not None:
                found += _in(term.expected)
            found += term.density.parameters
    for constraint in model.constraints:
        found += _in(constraint.nll())
    return found


def _in(expression: Node) -> list[Parameter]:
    return [node.parameter for node in leaves([expression], Op.PARAM)]
