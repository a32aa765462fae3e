"""From a spec file to a model and its data."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from hashlib import sha256
from os import PathLike
from pathlib import Path

from morefit_py.errors import MorefitWarning, SpecError
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model
from morefit_py.spec import lines
from morefit_py.spec.changes import Changes, changed
from morefit_py.spec.resolve import Resolved, resolve
from morefit_py.spec.sources import read
from morefit_py.spec.validate import validate


def load(
    path: str | PathLike[str], columns: bool | Sequence[str] = False
) -> tuple[Model, Dataset | dict[str, Dataset]]:
    """The model and the data of a spec; the data are a mapping by channel if several are fitted.

    Data have the observables, and of other `columns` of their files those that are named, or with True all
    that hold numbers. Channels that are left out of the fit are read and checked, but not returned. Raises
    SpecError, with file and line, for all that is wrong with the spec, and DataError for data that cannot be
    fitted; warns with MorefitWarning of what is declared and not used.
    """
    resolved = opened(path)
    for warning in resolved.warnings:
        warnings.warn(MorefitWarning(warning), stacklevel=2)
    fitted = data_of(resolved, columns)
    return resolved.model, fitted if len(fitted) > 1 else next(iter(fitted.values()))


def opened(path: str | PathLike[str], changes: Changes | None = None) -> Resolved:
    """The model of a spec, with `changes` made to it first, and what to read; the data are not read yet.

    Raises SpecError, with file and line, for all that is wrong with the spec.
    """
    path = Path(path)
    document = lines.read(path)
    if changes:
        document = changed(document, changes)
    return resolve(document, validate(document), path.parent)


def data_of(resolved: Resolved, columns: bool | Sequence[str] = False) -> dict[str, Dataset]:
    """The data of the channels that are fitted; those of the others are read and checked.

    Raises DataError for data that cannot be fitted.
    """
    data = {request.channel: read(request, columns) for request in resolved.requests}
    return {channel: data[channel] for channel in resolved.model.channels}


def spec_digest(path: str | PathLike[str]) -> str:
    """The SHA-256 of a spec file as it stands; raises SpecError where it cannot be read."""
    try:
        return sha256(Path(path).read_bytes()).hexdigest()
    except OSError as problem:
        raise SpecError(f"{path}: cannot be read ({problem.strerror})") from None
