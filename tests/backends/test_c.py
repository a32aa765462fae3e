"""The C compiler's backend: what it reports, what it keeps, what it gives back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from morefit_py.backends import c
from morefit_py.errors import BackendError
from morefit_py.likelihood.likelihood import Likelihood
from tests.backends.machines import at
from tests.backends.models import compiled


def test_without_a_compiler_the_device_says_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_found() -> None:
        raise BackendError("no C compiler: install gcc")

    monkeypatch.setattr(c, "find_toolchain", none_found)
    (device,) = c.BACKEND.devices()
    assert not device.usable
    assert device.problem == "no C compiler: install gcc"


def test_a_kernel_is_compiled_once_and_is_what_the_source_says(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at("c", tmp_path) as choice:
        first = Likelihood(model, data, program, choice)
        second = Likelihood(model, data, program, choice)
    assert second.executable.from_cache
    assert first.executable.cache_key == second.executable.cache_key
    entry = program.cache.get(second.executable.cache_key)
    assert entry is not None
    assert entry.read("source.c").decode() == program.source("c").text
    assert entry.manifest["metadata"]["backend"] == "c"


def test_data_are_not_copied(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at("c", tmp_path) as choice:
        held = Likelihood(model, data, program, choice)
    kept = held._buffers.kept  # type: ignore[attr-defined]
    assert any(np.shares_memory(array, data["data"]["mass"]) for array in kept)


def test_released_buffers_are_refused(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at("c", tmp_path) as choice:
        held = Likelihood(model, data, program, choice)
    held.release()
    with pytest.raises(BackendError, match="released"):
        held.evaluate(held.initial, 0)
