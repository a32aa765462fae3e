"""A program: what is computed of one model, with its sources made on demand and kept in the cache."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, final

from morefit_py.codegen.layout import Layout
from morefit_py.graph.build import ZERO, param
from morefit_py.graph.inner import axes_of
from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Axis, Parameter
from morefit_py.graph.text import write
from morefit_py.runtime.cache import KernelCache, digest

if TYPE_CHECKING:
    from morefit_py.codegen.render import Source
    from morefit_py.kernel.plan import KernelPlan
    from morefit_py.passes.pipeline import Optimised

_GENERATOR = ("graph", "passes", "kernel", "codegen")


class Program(ABC):
    """Expressions of a model that define what is computed, its parameters in order, labels of its values.

    `columns` bounds how many data-only expressions may be precomputed. By the parameters `given` nothing is
    differentiated. The graph is differentiated and optimised only when a source is not in the cache, or when
    asked for.
    """

    def __init__(
        self,
        defining: Sequence[Node],
        parameters: Sequence[Parameter],
        columns: int,
        labels: Mapping[Node, str] | None = None,
        cache: KernelCache | None = None,
        given: Sequence[Parameter] = (),
    ) -> None:
        self.defining = tuple(defining)
        self.parameters = tuple(parameters)
        self.given = tuple(given)
        self.columns = columns
        self.labels = dict(labels or {})
        self._cache = cache
        self._sources: dict[str, Source] = {}
        self._roots: dict[int, list[Node]] = {}

    @abstractmethod
    def plain(self, order: int) -> list[Node]:
        """The results of an order as they are derived, before any pass."""

    @abstractmethod
    def optimise(self) -> Optimised:
        """The results of every order after all passes."""

    def roots(self, order: int) -> list[Node]:
        """The results of an order before any pass, derived once."""
        if order not in self._roots:
            self._roots[order] = self.plain(order)
        return self._roots[order]

    @cached_property
    def cache(self) -> KernelCache:
        return self._cache or KernelCache.default()

    @cached_property
    def text(self) -> str:
        """The canonical text of what defines the program."""
        return write(self.defining)

    @cached_property
    def digest(self) -> str:
        """The digest of the text and of the order of the parameters."""
        given = ["given", *(parameter.name for parameter in self.given)] if self.given else []
        return digest(self.text, *(parameter.name for parameter in self.parameters), *given)

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """What a call is given, in order: all parameters, then those given."""
        return (*self.parameters, *self.given)

    @cached_property
    def axes(self) -> dict[str, Axis]:
        """The axes summed over, by name."""
        return axes_of(self.defining)

    @cached_property
    def optimised(self) -> Optimised:
        return self.optimise()

    @cached_property
    def plans(self) -> dict[int, KernelPlan]:
        from morefit_py.kernel.plan import plan

        return {order: plan(self.optimised, order) for order in self.optimised.roots}

    def source(self, dialect: str) -> Source:
        """The source in a dialect; from the cache where this generator made it before."""
        from morefit_py.codegen.render import Source

        if dialect not in self._sources:
            # Comments name the model's values, so two models of the same mathematics have two sources.
            named = sorted((node.key, text) for node, text in self.labels.items())
            said = (part for key, text in named for part in (key, text))
            key = digest("source", generator_digest(), self.digest, str(self.columns), dialect, *said)
            entry = self.cache.get_or_build(key, lambda folder: self._render(dialect, folder), "source")
            names = list(entry.manifest["files"])
            text = entry.read(next(name for name in names if name.startswith("source."))).decode()
            layout = Layout.from_json(entry.read("layout.json"))
            self._sources[dialect] = Source(text, layout)
        return self._sources[dialect]

    def _render(self, name: str, folder: Path) -> dict[str, str]:
        from morefit_py.codegen.dialects import dialect
        from morefit_py.codegen.render import render

        spoken = dialect(name)
        made = render(self.optimised, self.plans, spoken, self.labels, self.digest)
        (folder / f"source.{spoken.extension}").write_text(made.text)
        (folder / "layout.json").write_text(made.layout.to_json())
        return {"dialect": name, "model": self.digest}


@final
class ObjectiveProgram(Program):
    """The value, gradient and Hessian of an objective: orders 0, 1 and 2."""

    def __init__(
        self,
        objective: Node,
        parameters: Sequence[Parameter],
        columns: int,
        labels: Mapping[Node, str] | None = None,
        cache: KernelCache | None = None,
        given: Sequence[Parameter] = (),
    ) -> None:
        super().__init__([objective], parameters, columns, labels, cache, given)

    @property
    def objective(self) -> Node:
        """The value as an expression."""
        return self.defining[0]

    def plain(self, order: int) -> list[Node]:
        from morefit_py.passes.differentiate import derivatives

        if order == 0:
            return [self.objective]
        wrt = [param(parameter) for parameter in self.parameters]
        found = derivatives(self.objective, wrt, order)
        size = len(wrt) if order == 2 else 0
        triangle = [found.hessian.get((i, j), ZERO) for i in range(size) for j in range(i, size)]
        return [self.objective, *found.gradient, *triangle]

    def optimise(self) -> Optimised:
        from morefit_py.passes.pipeline import run

        return run(self.objective, self.parameters, self.columns, self.given)


@cache
def generator_digest() -> str:
    """The digest of the code that turns graphs into sources: a changed pass never meets an old source."""
    from morefit_py.codegen.render import template_folder

    package = Path(__file__).parents[1]
    files = [path for layer in _GENERATOR for path in sorted((package / layer).rglob("*.py"))]
    files += sorted(template_folder().rglob("*.j2"))
    total = sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
