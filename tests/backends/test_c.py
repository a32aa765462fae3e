"""The C compiler's backend: what it reports, what it keeps, what it gives back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.backends import c
from morefit_py.errors import BackendError
from morefit_py.likelihood.likelihood import Likelihood
from tests.backends.machines import at
from tests.backends.models import MODELS, compiled, mass_data


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


@pytest.mark.parametrize("name", MODELS)
def test_small_data_take_one_call_an_evaluation_with_the_same_bits(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, data, program = compiled(name)
    with at("c", tmp_path) as choice:
        whole = Likelihood(model, data, program, choice)
        monkeypatch.setattr(c.CExecutable, "_is_small", lambda *_: False)
        phases = Likelihood(model, data, program, choice)
    for order in (0, 1, 2):
        calls = [held._buffers.calls[order] for held in (whole, phases)]  # type: ignore[attr-defined]
        assert len(calls[0]) == 1
        assert len(calls[1]) > 1
        found = [held.executable.run(held._buffers, held.initial, order) for held in (whole, phases)]
        assert found[0].tobytes() == found[1].tobytes()


def test_data_that_threads_share_are_no_small_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, _, program = compiled("mass")
    with at("c", tmp_path) as choice:
        chunk = program.source("c").layout.chunk
        for threads, one in (("1", True), ("2", False)):
            monkeypatch.setenv("MOREFIT_NUM_THREADS", threads)
            held = Likelihood(model, mass_data(20 * chunk), program, choice)
            assert (len(held._buffers.calls[2]) == 1) is one  # type: ignore[attr-defined]


def test_data_on_disk_go_block_by_block(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    file = tmp_path / "mass.parquet"
    data["data"].to_parquet(file)
    streamed = {"data": mf.Dataset.from_parquet(file, stream=tmp_path)}
    with at("c", tmp_path) as choice:
        held = Likelihood(model, streamed, program, choice)
    assert len(held._buffers.calls[2]) > 1  # type: ignore[attr-defined]
