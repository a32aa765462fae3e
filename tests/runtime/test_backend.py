"""Backends are found by their files and keep their promises."""

from __future__ import annotations

import pytest

from morefit_py.codegen.dialects import dialect_names
from morefit_py.errors import BackendError
from morefit_py.runtime.backend import Device, backend, backend_names


@pytest.mark.parametrize("name", backend_names())
def test_every_backend_describes_itself(name: str) -> None:
    held = backend(name)
    assert held.name == name
    assert held.dialect is None or held.dialect in dialect_names()
    for device in held.devices():
        assert device.backend == name
        assert device.rank >= held.best_rank


def test_an_unknown_backend_is_named_with_the_nearest() -> None:
    with pytest.raises(BackendError, match="unknown backend 'referense'; did you mean 'reference'"):
        backend("referense")


def test_a_device_with_a_problem_is_not_usable() -> None:
    assert not Device("x", "y", "cpu", 1, "broken").usable
    assert Device("x", "y", "cpu", 1).usable
