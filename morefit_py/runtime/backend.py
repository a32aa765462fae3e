"""What a backend is: it compiles a program for a device, holds data there, and runs it."""

from __future__ import annotations

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import BackendError, nearest
from morefit_py.runtime.axis_data import Array, AxisData, BatchAxis
from morefit_py.runtime.program import Program


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


class Buffers(ABC):
    """Data of all axes, and room for one evaluation, on a device."""

    @abstractmethod
    def release(self) -> None:
        """Give the memory back; the buffers cannot be used any more."""


@dataclass
class Singles(Buffers):
    """Data sets side by side that are evaluated one after the other."""

    sets: list[Buffers]

    def release(self) -> None:
        for one in self.sets:
            one.release()
        self.sets.clear()


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

    def upload_batch(self, data: Mapping[str, BatchAxis], sets: int) -> Buffers:
        """Put `sets` data sets side by side onto the device."""
        return Singles([self.upload({axis: held.one(i) for axis, held in data.items()}) for i in range(sets)])

    def run_batch(self, buffers: Buffers, theta: Array, sets: NDArray[np.intp], order: int) -> Array:
        """The results (A, R) of an order for A data sets by number, each at its row of `theta` (A, P).

        One after the other, unless a backend knows better.
        """
        assert isinstance(buffers, Singles)
        if not buffers.sets:
            raise BackendError("these buffers were released")
        found = [self.run(buffers.sets[i], row, order) for i, row in zip(sets.tolist(), theta, strict=True)]
        return np.array(found)


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
