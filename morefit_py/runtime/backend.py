"""What a backend is: it compiles a program for a device, holds data there, and runs it."""

from __future__ import annotations

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import BackendError, nearest
from morefit_py.runtime.program import Program

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Device:
    """Something kernels can run on, or would if it were there.

    `rank` orders the automatic choice, smallest first. `problem` says why the device cannot be used
    and what would help; it is empty where it can.
    """

    backend: str
    name: str
    kind: str
    rank: int
    problem: str = ""
    index: int = 0

    @property
    def usable(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class AxisData:
    """The rows of one axis by column name, with the weight column where the data are weighted.

    What derives from them goes to files in `folder`, or to memory without one.
    """

    columns: Mapping[str, Array]
    rows: int
    folder: Path | None = None


class Buffers(ABC):
    """Data of all axes, and room for one evaluation, on a device."""

    @abstractmethod
    def release(self) -> None:
        """Give the memory back; the buffers cannot be used any more."""


class Executable(ABC):
    """A program compiled for one device."""

    device: Device
    # The key of the compiled kernel in the cache, and whether it came from there; empty for none.
    cache_key: str = ""
    from_cache: bool = False

    @abstractmethod
    def upload(self, data: Mapping[str, AxisData]) -> Buffers:
        """Put the data of every axis, and what derives from data alone, onto the device."""

    @abstractmethod
    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        """The results of an order of the program, as `Program.roots` lists them.

        Of an objective: the value, then the gradient, then the Hessian's upper triangle by rows.
        """


class Backend(ABC):
    """A way to run kernels; one file in `morefit_py.backends` each, found by its file."""

    name: str
    # The dialect its kernels are printed in; None where it prints none.
    dialect: str | None
    # The smallest rank any of its devices can have.
    best_rank: int
    # Whether a process that was forked after its use can go on using it.
    survives_fork: bool = False

    @abstractmethod
    def devices(self) -> list[Device]:
        """Every device of this kind, the unusable ones with the reason; never raises."""

    @abstractmethod
    def compile(self, program: Program, device: Device) -> Executable:
        """Compile a program; raises BackendError with what failed and the remedy."""


@cache
def backend_names() -> tuple[str, ...]:
    """Every backend there is, usable here or not."""
    package = import_module("morefit_py.backends")
    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__)))


def backend(name: str) -> Backend:
    """The backend of this name; raises BackendError with the nearest right one."""
    if name not in backend_names():
        raise BackendError(f"unknown backend {name!r}{nearest(name, (*backend_names(), 'auto'))}")
    found = import_module(f"morefit_py.backends.{name}").BACKEND
    assert isinstance(found, Backend)
    return found
