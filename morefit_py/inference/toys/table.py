"""The table of a toy study: a row a toy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError, nearest
from morefit_py.inference.record import Record
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.inference.toys.toy_fit import ToyFit

if TYPE_CHECKING:
    from morefit_py.inference.toys.summary import ToySummary

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class ToyStudy(Record):
    """The fits of n toys, of F free parameters, in the order of the toys' numbers.

    `values`, `errors`, `lower` and `upper` (MINOS, negative and positive) have the shape (n, F); what a fit
    does not have is nan. Fits that are not `valid` (n,) stay in the table, and `messages` say why. `truth`
    holds the values that the toys were made with; `outcomes` says whether the outcomes of constraints were
    drawn with each toy or held, and is empty where there are none. `seed` and a toy's number give its seed
    (`seed_of`). `attempts` (n,) counts the starts that each fit was given, none where it could not start.
    """

    parameters: tuple[str, ...]
    truth: dict[str, float]
    seed: int
    outcomes: str
    toys: NDArray[np.int64]
    events: NDArray[np.int64]
    valid: NDArray[np.bool_]
    messages: tuple[str, ...]
    nll: Array
    edm: Array
    values: Array
    errors: Array
    lower: Array
    upper: Array
    attempts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.toys)

    @property
    def failed(self) -> int:
        """How many fits are not valid."""
        return int(np.sum(~self.valid))

    @property
    def retried(self) -> int:
        """How many fits were started more than once."""
        return int(np.sum(self.attempts > 1))

    @property
    def pulls(self) -> Array:
        """(value - truth)/error (n, F); nan for fits that are not valid or have no error."""
        truth = np.array([self.truth[name] for name in self.parameters])
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (self.values - truth) / self.errors
        return np.where(self.valid[:, None] & np.isfinite(found), found, np.nan)

    @property
    def asymmetric_pulls(self) -> Array:
        """(value - truth) over the MINOS error on the side of the truth (n, F); nan without one."""
        truth = np.array([self.truth[name] for name in self.parameters])
        off = self.values - truth
        with np.errstate(invalid="ignore", divide="ignore"):
            found = off / np.where(off > 0.0, -self.lower, self.upper)
        return np.where(self.valid[:, None] & np.isfinite(found), found, np.nan)

    def column(self, parameter: str) -> int:
        """Where a parameter stands; raises FitError for an unknown one."""
        if parameter not in self.parameters:
            raise FitError(f"toy study: no free parameter {parameter!r}{nearest(parameter, self.parameters)}")
        return self.parameters.index(parameter)

    def seed_of(self, toy: int) -> int:
        """The seed that `sample` draws toy number `toy` with."""
        return toy_seed(self.seed, toy)

    def pull(self, parameter: str) -> Array:
        """The pulls of a parameter that there are, without nan; raises FitError for an unknown one."""
        found = self.pulls[:, self.column(parameter)]
        return found[np.isfinite(found)]

    @property
    def summary(self) -> ToySummary:
        """Means and widths of pulls, and coverage, with their errors."""
        from morefit_py.inference.toys.summary import summary

        return summary(self)

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """Writes the table as a Parquet file."""
        from morefit_py.inference.toys.parts import write_table

        write_table(Path(path), self)

    @staticmethod
    def from_parquet(path: str | PathLike[str]) -> ToyStudy:
        """Reads the file of `to_parquet`, or the folder that a study was written to.

        Raises DataError where there is none.
        """
        from morefit_py.inference.toys.parts import read_table

        return read_table(Path(path))

    def __str__(self) -> str:
        return str(self.summary)


def toy_table(
    parameters: Sequence[str],
    free: Sequence[int],
    truth: dict[str, float],
    seed: int,
    outcomes: str,
    fits: Iterable[ToyFit],
) -> ToyStudy:
    """The table of fits; `free` are the positions of the parameters that were fitted."""
    rows = sorted(fits, key=lambda fit: fit.toy)
    names = tuple(parameters[k] for k in free)

    def block(held: list[tuple[float, ...]]) -> Array:
        return np.array(held, dtype=np.float64).reshape(len(rows), len(parameters))[:, list(free)]

    return ToyStudy(
        parameters=names,
        truth={name: truth[name] for name in names},
        seed=seed,
        outcomes=outcomes,
        toys=np.array([fit.toy for fit in rows], dtype=np.int64),
        events=np.array([fit.events for fit in rows], dtype=np.int64),
        valid=np.array([fit.valid for fit in rows], dtype=bool),
        messages=tuple(fit.message for fit in rows),
        nll=np.array([fit.nll for fit in rows]),
        edm=np.array([fit.edm for fit in rows]),
        values=block([fit.values for fit in rows]),
        errors=block([fit.errors for fit in rows]),
        lower=block([fit.lower for fit in rows]),
        upper=block([fit.upper for fit in rows]),
        attempts=np.array([fit.attempts for fit in rows], dtype=np.int64),
    )
