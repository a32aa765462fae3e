"""OpenCL's devices: what is known without loading anything, and what a stored kernel depends on."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from morefit_py.runtime import opencl_devices
from morefit_py.runtime.backend import backend
from morefit_py.runtime.opencl_devices import Place, is_pocl


def test_where_pocl_is_all_there_is_nothing_is_loaded_to_know_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(opencl_devices, "_VENDORS", tmp_path)
    for name in ("OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pocl.icd").touch()
    assert backend("opencl").best_rank == 40
    (tmp_path / "nvidia.icd").touch()
    assert backend("opencl").best_rank == 20
    (tmp_path / "nvidia.icd").unlink()
    monkeypatch.setenv("OCL_ICD_VENDORS", "elsewhere")
    assert backend("opencl").best_rank == 20


def test_a_kernel_depends_on_driver_device_options_and_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = SimpleNamespace(name="Vendor", version="3.0")
    device = SimpleNamespace(name="a", version="1", driver_version="2", platform=platform)
    place = Place(None, None, device, ("-DMF_LANES=8",), lanes=8, items=1)
    newer = SimpleNamespace(**vars(device) | {"driver_version": "3"})
    others = [
        replace(place, options=("-DMF_LANES=1",)),
        replace(place, device=newer),
        replace(place, device=SimpleNamespace(**vars(device) | {"name": "b"})),
    ]
    assert len({held.identity for held in (place, *others)}) == 4
    before = place.identity
    monkeypatch.setattr(opencl_devices, "processor", lambda: "another")
    assert place.identity != before


def test_pocl_is_recognised() -> None:
    assert is_pocl(SimpleNamespace(name="Portable Computing Language"))
    assert not is_pocl(SimpleNamespace(name="NVIDIA CUDA"))
