"""The choice of a device: the one asked for, or the best that is there, with the reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from morefit_py.errors import BackendError
from morefit_py.runtime.backend import Backend, Device, backend, backend_names

AUTO = "auto"
log = logging.getLogger("morefit_py")


@dataclass(frozen=True)
class Choice:
    """A backend, one of its devices, and why it was chosen."""

    backend: Backend
    device: Device
    reason: str


def devices() -> list[Device]:
    """Every device of every backend, the ones `auto` prefers first."""
    found = [device for name in backend_names() for device in backend(name).devices()]
    return sorted(found, key=lambda device: (device.rank, device.backend, device.index))


def choose(name: str = AUTO) -> Choice:
    """The device for a backend's name, or the best usable one for "auto".

    Raises BackendError, with what is missing and the remedy, if a named backend has no usable device.
    """
    if name == AUTO:
        found = _best()
    else:
        held = sorted(backend(name).devices(), key=lambda device: device.rank)
        usable = [device for device in held if device.usable]
        if not usable:
            problems = "; ".join(device.problem for device in held) or "it has no device here"
            raise BackendError(f"backend {name!r} cannot be used: {problems}")
        found = Choice(backend(name), usable[0], "asked for")
    log.info("backend %s on %s: %s", found.backend.name, found.device.name, found.reason)
    return found


def _best() -> Choice:
    """The usable device of smallest rank; backends that could not win are not even asked."""
    passed: list[str] = []
    best: Device | None = None
    order = sorted((backend(name) for name in backend_names()), key=lambda held: held.best_rank)
    for held in order:
        if best is not None and best.rank <= held.best_rank:
            break
        for device in held.devices():
            if not device.usable:
                passed.append(f"no {held.name}: {device.problem}")
            elif best is None or device.rank < best.rank:
                best = device
    assert best is not None, "the reference backend is always there"
    reason = "the fastest device here" + (f" ({'; '.join(passed)})" if passed else "")
    return Choice(backend(best.backend), best, reason)
