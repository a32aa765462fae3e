"""What a file of events is to the readers: its names, and its rows block by block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from morefit_py.model.columns.values import Bits, Values

# Rows read and evaluated together, where the file does not suggest another number.
BLOCK = 1 << 18


@dataclass(frozen=True)
class Block:
    """Columns of some rows of a file, from row `first`; `kept` tells which are asked for, None if all are."""

    first: int
    count: int
    columns: Mapping[str, Values]
    kept: Bits | None = None


class Source(ABC):
    """An open file; `name` is what errors say, `known` the names of its columns."""

    kind: ClassVar[str] = "column"
    name: str
    rows: int
    known: Collection[str]
    # The columns that are read where none are named, and the weight where none is.
    numbers: Sequence[str] = ()
    weight: str | None = None

    @abstractmethod
    def check(self, names: Sequence[str]) -> None:
        """Raises DataError for a column that does not hold numbers, or lists of numbers."""

    @abstractmethod
    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        """These columns of all rows, one block after the other."""
