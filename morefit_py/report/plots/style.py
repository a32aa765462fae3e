"""What all figures share: the look, the labels of axes, and how names are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from morefit_py.errors import MorefitError
from morefit_py.fit.result import FitResult
from morefit_py.graph.symbols import Observable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOOK: dict[Any, Any] = {
    "font.size": 14,
    "axes.labelsize": 16,
    "legend.fontsize": 13,
    "legend.title_fontsize": 13,
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
    "errorbar.capsize": 0,
    "font.family": "sans-serif",
    "font.cursive": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "axes.formatter.limits": (-4, 5),
}


def have_matplotlib() -> bool:
    """Whether plots can be made here."""
    return find_spec("matplotlib") is not None and find_spec("mplhep") is not None


def require_matplotlib() -> None:
    """Raises MorefitError where plots cannot be made, with the remedy."""
    if not have_matplotlib():
        raise MorefitError("plots need matplotlib and mplhep: `pip install 'morefit-py[plot]'`")


@contextmanager
def drawn(width: float = 8.0, height: float = 7.0) -> Iterator[Figure]:
    """A figure in the look of all; raises MorefitError where matplotlib is missing."""
    require_matplotlib()
    import mplhep
    from matplotlib import rc_context, style
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with style.context(mplhep.style.LHCb2), rc_context(LOOK):
        # Labels of axes end at the frame, and would touch the edge of the picture.
        yield Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))


def labelled(x: Observable) -> str:
    """The label of an observable's axis."""
    name = f"${x.latex}$" if x.latex else x.name
    return f"{name} [{x.unit}]" if x.unit else name


def named(parameter: str, result: FitResult | None = None) -> str:
    """How a parameter is written: in LaTeX where the result knows how."""
    latex: Mapping[str, str] = {} if result is None else result.latex
    return f"${latex[parameter]}$" if latex.get(parameter) else parameter


def with_unit(parameter: str, result: FitResult | None = None) -> str:
    """The label of a parameter's axis."""
    unit = "" if result is None else result.units.get(parameter, "")
    return named(parameter, result) + (f" [{unit}]" if unit else "")
