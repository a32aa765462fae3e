"""CUDA: every kernel through nvcc, the host code on a GPU played by the processor, and what is missing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from morefit_py.backends.cuda import BACKEND
from morefit_py.errors import BackendError
from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.runtime import nvcc
from tests.backends import fake_pycuda
from tests.backends.machines import at
from tests.backends.models import MODELS, compiled
from tests.codegen.operations import made_program

MACHINE = "cuda as C++"


@pytest.mark.skipif(
    nvcc.find_nvcc() is None or shutil.which("gcc") is None, reason="no nvcc, or no gcc for it to work with"
)
@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
@pytest.mark.parametrize("name", [*MODELS, "every operation"])
def test_kernels_compile_for_real_gpus(name: str, architecture: str, tmp_path: Path) -> None:
    program = made_program() if name not in MODELS else compiled(name)[2]
    (tmp_path / "kernel.cu").write_text(program.source("cuda").text)
    nvcc.compile_cubin(tmp_path / "kernel.cu", tmp_path / "kernel.cubin", architecture)
    assert (tmp_path / "kernel.cubin").read_bytes()[:4] == b"\x7fELF"


def test_everything_allocated_is_freed_and_contexts_are_left(tmp_path: Path) -> None:
    model, data, program = compiled("channels")
    before = fake_pycuda.Allocation.alive
    with at(MACHINE, tmp_path) as choice:
        held = Likelihood(model, data, program, choice)
        assert fake_pycuda.Allocation.alive > before
        held.evaluate(held.initial, 2)
        held.release()
        with pytest.raises(BackendError, match="released"):
            held.evaluate(held.initial, 0)
    assert fake_pycuda.Allocation.alive == before
    assert fake_pycuda.Context.depth == 0


def test_a_full_device_gives_back_what_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, data, program = compiled("mass")
    before = fake_pycuda.Allocation.alive
    with at(MACHINE, tmp_path) as choice:
        driver = sys.modules["pycuda.driver"]

        def allocate(size: int) -> fake_pycuda.Allocation:
            if fake_pycuda.Allocation.alive > before + 2:
                raise fake_pycuda.FakeError("out of memory")
            return fake_pycuda.Allocation(size)

        monkeypatch.setattr(driver, "mem_alloc", allocate)
        with pytest.raises(BackendError, match="Fake GPU has no memory for the data: out of memory"):
            Likelihood(model, data, program, choice)
    assert fake_pycuda.Allocation.alive == before
    assert fake_pycuda.Context.depth == 0


def test_a_cubin_is_compiled_once(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at(MACHINE, tmp_path) as choice:
        first = Likelihood(model, data, program, choice)
        second = Likelihood(model, data, program, choice)
    assert second.executable.from_cache
    assert first.executable.cache_key == second.executable.cache_key
    entry = program.cache.get(second.executable.cache_key)
    assert entry is not None
    assert entry.read("source.cu").decode() == program.source("cuda").text


def test_without_pycuda_the_device_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pycuda", None)
    monkeypatch.setitem(sys.modules, "pycuda.driver", None)
    (device,) = BACKEND.devices()
    assert "pip install" in device.problem


def test_a_driver_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(MACHINE, tmp_path):
        driver = sys.modules["pycuda.driver"]
        with monkeypatch.context() as patch:
            patch.setattr(driver.Device, "count", lambda: 0)
            assert "no NVIDIA GPU is visible" in BACKEND.devices()[0].problem

        def fail() -> None:
            raise RuntimeError("cuInit failed: no CUDA-capable device is detected")

        with monkeypatch.context() as patch:
            patch.setattr(driver, "init", fail)
            assert "cuInit failed" in BACKEND.devices()[0].problem
        with monkeypatch.context() as patch:
            patch.setattr("morefit_py.backends.cuda.find_nvcc", lambda: None)
            assert "install the CUDA toolkit" in BACKEND.devices()[0].problem
