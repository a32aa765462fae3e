"""OpenCL: what devices report, what is kept and shared, and what becomes of failures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from morefit_py.backends import opencl
from morefit_py.errors import BackendError
from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.runtime import pocl
from tests.backends.machines import at
from tests.backends.models import compiled, mass_data

cl = pytest.importorskip("pyopencl")


def described(**given: Any) -> SimpleNamespace:
    """A device as PyOpenCL describes one."""
    usual: dict[str, Any] = {
        "name": "Fancy ",
        "version": "OpenCL 3.0",
        "driver_version": "1.0",
        "type": cl.device_type.GPU,
        "extensions": "cl_khr_fp64 cl_khr_icd",
        "platform": SimpleNamespace(name="Vendor", version="3.0"),
        "int_ptr": 0,
    }
    return SimpleNamespace(**usual | given)


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """What the backend makes of these devices."""

    def given(*held: SimpleNamespace) -> list[Any]:
        monkeypatch.setattr(opencl, "all_devices", lambda: list(held))
        return opencl.BACKEND.devices()

    return given


def test_gpus_come_before_processors(devices: Callable[..., list[Any]]) -> None:
    gpu, cpu = devices(described(), described(type=cl.device_type.CPU))
    assert (gpu.usable, gpu.kind, gpu.rank, gpu.index) == (True, "gpu", 20, 0)
    assert (cpu.usable, cpu.kind, cpu.rank, cpu.index) == (True, "cpu", 40, 1)
    assert gpu.name == "Fancy (Vendor)"


def test_without_double_precision_a_device_is_of_no_use(devices: Callable[..., list[Any]]) -> None:
    (device,) = devices(described(extensions="cl_khr_fp16"))
    assert device.problem == "Fancy (Vendor) has no double precision; use another device"


def test_pocl_without_a_linker_says_what_to_install(
    devices: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    platform = SimpleNamespace(name="Portable Computing Language", version="3.0")
    (device,) = devices(described(type=cl.device_type.CPU, platform=platform))
    assert device.problem == pocl.NO_LINKER


def test_without_pyopencl_or_a_platform_the_device_says_so(
    devices: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no OpenCL platform has a device" in devices()[0].problem

    def fails() -> list[Any]:
        raise cl.LogicError("clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR")

    monkeypatch.setattr(opencl, "all_devices", fails)
    assert "PLATFORM_NOT_FOUND_KHR" in opencl.BACKEND.devices()[0].problem
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "pyopencl", None)
    (device,) = opencl.BACKEND.devices()
    assert "PyOpenCL cannot be imported" in device.problem
    assert "pip install" in device.problem


def test_a_binary_is_built_once_from_what_the_source_says(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at("opencl", tmp_path) as choice:
        first = Likelihood(model, data, program, choice)
        second = Likelihood(model, data, program, choice)
        assert second.executable.from_cache
        assert first.executable.cache_key == second.executable.cache_key
        entry = program.cache.get(second.executable.cache_key)
        assert entry is not None
        assert entry.read("source.cl").decode() == program.source("opencl").text
        theta = first.initial * 1.02
        assert first.evaluate(theta, 0) == second.evaluate(theta, 0)


def test_a_processor_reads_a_single_column_where_it_lies(tmp_path: Path) -> None:
    model, _, program = compiled("mass")
    data = mass_data(64)
    with at("opencl", tmp_path) as choice:
        if choice.device.kind != "cpu":
            pytest.skip("the device has memory of its own")
        held = Likelihood(model, data, program, choice)
        shared = [buffer.hostbuf for buffer in held._buffers.kept]  # type: ignore[attr-defined]
        assert any(array is data["data"].columns["mass"] for array in shared)


def test_released_buffers_are_refused(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at("opencl", tmp_path) as choice:
        held = Likelihood(model, data, program, choice)
        held.release()
        with pytest.raises(BackendError, match="released"):
            held.evaluate(held.initial, 0)


def test_data_too_large_for_a_device_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, data, program = compiled("mass")

    def full(*given: Any, **more: Any) -> None:
        raise cl.MemoryError("MEM_OBJECT_ALLOCATION_FAILURE")

    with at("opencl", tmp_path) as choice:
        monkeypatch.setattr(cl, "Buffer", full)
        with pytest.raises(BackendError, match=r"cannot hold the data: .*ALLOCATION_FAILURE"):
            Likelihood(model, data, program, choice)
