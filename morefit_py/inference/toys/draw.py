"""Many toys, drawn in one go and not fitted."""

from __future__ import annotations

from collections.abc import Mapping

from morefit_py.fit.result import FitResult
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.model.model import Model, as_model
from morefit_py.model.sampling import Sampler
from morefit_py.model.toys import Toys
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density
from morefit_py.runtime.threads import thread_count


def draw_toys(
    model: Model | Mixture | Density | Mapping[str, Mixture | Density],
    n: int,
    seed: int = 0,
    values: Mapping[str, float] | FitResult | None = None,
    *,
    first: int = 0,
    size: int | None = None,
) -> Toys:
    """Toys number `first` to `first + n - 1` of a model at `values`: those that `toy_study` fits.

    Toy number i depends on `seed` and i alone. `size` is the number of events where there are no yields, or
    instead of a number that fluctuates. Raises ModelError where no toys can be drawn.
    """
    held = as_model(model)
    point = values.values if isinstance(values, FitResult) else values
    if isinstance(values, FitResult):
        known = {parameter.name for parameter in held.parameters}
        point = {name: value for name, value in values.values.items() if name in known}
    seeds = [toy_seed(seed, toy) for toy in range(first, first + n)]
    return Sampler(held, point or {}).draw_many(seeds, size, threads=thread_count())
