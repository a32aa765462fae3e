"""Every error a user can meet: each says what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MorefitError(Exception):
    """The base of all errors this package raises on purpose."""


class GraphError(MorefitError):
    """An expression that has no meaning: a wrong operand, a value that is not finite."""


class ExpressionError(MorefitError):
    """A text expression that is not plain arithmetic, or that names something unknown."""


class ModelError(MorefitError):
    """A model that cannot be a likelihood: clashing parameters, a density that is not one."""


class SpecError(MorefitError):
    """A spec file that does not say what a spec must say; carries file and line."""


class DataError(MorefitError):
    """Data that cannot be fitted: missing, not finite, outside the bounds, or empty."""


class ColumnError(DataError):
    """An expression of columns that cannot be read, or names a column that is not there.

    `what` says what it is for, `problem` what is wrong, without the file it is for.
    """

    def __init__(self, source: str, what: str, problem: str) -> None:
        super().__init__(f"{source}: {what}: {problem}")
        self.what = what
        self.problem = f"{source}: {problem}"


class BackendError(MorefitError):
    """A device, compiler or driver that is missing or failed; names the remedy."""


class CacheError(MorefitError):
    """A kernel cache that cannot be trusted or written."""


class FitError(MorefitError):
    """A fit that cannot be started: no free parameters, a start outside the limits."""


class MorefitWarning(UserWarning):
    """Something that is probably not meant but does not prevent the work."""


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The hint `; did you mean 'x'?` for a misspelt name, or the list of what there is."""
    known = sorted(candidates)
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if not known:
        return ""
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"; known are {shown}"
