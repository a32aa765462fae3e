"""The `pdf` sections of templates that are filled from events of simulation."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen
from pydantic import Field

from morefit_py.spec.section import Flag, Name, Number, Section, Value

Code = Literal["code0", "code4p"]


class Source(Section):
    """The events a template is made of: a tree of a ROOT file, or a Parquet file (without a tree)."""

    file: Name
    tree: Name | None = None
    selection: Name | None = None
    weight: Name | None = None


class WeightSystematic(Section):
    """A variation of the events' weights: `up` and `down` are ratios to the nominal weight."""

    param: Value
    up: Name
    down: Name
    interp: Code = "code0"
    apply_to_shape: Flag = True
    apply_to_yield: Flag = True


class HorizontalSystematic(Section):
    """A variation of the observable: `up` and `down` are its values at alpha = 1 and -1."""

    param: Value
    up: Name
    down: Name
    interp: Code = "code0"


class _FromTree(Section):
    observable: Name
    source: Source
    max_events: Annotated[int, Field(strict=True), Gt(0)] | None = None
    weight_systematics: list[WeightSystematic] = []
    horizontal_systematics: list[HorizontalSystematic] = []


class HistogramFromTree(_FromTree):
    """A histogram of simulated events, whose contents follow systematic variations."""

    type: Literal["histogram_from_tree"]
    bin_edges: Annotated[list[Number], MinLen(2)]
    pseudo_count: Annotated[Number, Ge(0)] = 0.0


class KdeFromTree(_FromTree):
    """Gaussian kernels at simulated events, whose weights and places follow systematic variations."""

    type: Literal["kde_from_tree"]
    bandwidth: Annotated[Number, Gt(0)]


TEMPLATES: dict[str, type[Section]] = {"histogram_from_tree": HistogramFromTree, "kde_from_tree": KdeFromTree}
