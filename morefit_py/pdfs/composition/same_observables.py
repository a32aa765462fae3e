"""The components of a sum are densities of the same observables."""

from __future__ import annotations

from collections.abc import Sequence

from morefit_py.errors import ModelError
from morefit_py.pdfs.density import Density


def same_observables(names: Sequence[str], densities: Sequence[Density]) -> None:
    """Raises ModelError for the first component that models other observables than the first."""
    first = {x.identity: x for x in densities[0].observables}
    for name, density in zip(names[1:], densities[1:], strict=True):
        held = {x.identity: x for x in density.observables}
        odd = [x for key, x in {**first, **held}.items() if not (key in first and key in held)]
        if odd:
            x = odd[0]
            raise ModelError(
                f"components {names[0]!r} and {name!r} are not densities of the same observables: only one "
                f"of them is a density of {x.name!r} on [{x.low:g}, {x.high:g}]; use one Observable for all"
            )
