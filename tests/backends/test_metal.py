"""Metal's host code on a GPU played by the processor, and what is missing elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from morefit_py.backends.metal import BACKEND
from morefit_py.errors import BackendError
from morefit_py.likelihood.likelihood import Likelihood
from tests.backends.machines import at
from tests.backends.models import compiled

MACHINE = "metal as C++"


def test_elsewhere_the_device_says_where_metal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    (device,) = BACKEND.devices()
    assert device.problem == "Metal exists on macOS only"


def test_without_pyobjc_the_device_says_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setitem(sys.modules, "Metal", None)
    (device,) = BACKEND.devices()
    assert "pip install pyobjc-framework-Metal" in device.problem


def test_a_mac_without_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(MACHINE, tmp_path):
        monkeypatch.setattr(sys.modules["Metal"], "MTLCopyAllDevices", list)
        monkeypatch.setattr(sys.modules["Metal"], "MTLCreateSystemDefaultDevice", lambda: None)
        assert BACKEND.devices()[0].problem == "Metal has no device"

        def fail() -> None:
            raise RuntimeError("the window server is not there")

        monkeypatch.setattr(sys.modules["Metal"], "MTLCopyAllDevices", fail)
        assert "window server" in BACKEND.devices()[0].problem


def test_what_the_compiler_says_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, data, program = compiled("mass")
    with at(MACHINE, tmp_path) as choice:
        gpu = type(sys.modules["Metal"].MTLCreateSystemDefaultDevice())
        monkeypatch.setattr(
            gpu, "newLibraryWithSource_options_error_", lambda *given: (None, "error: unknown type")
        )
        with pytest.raises(BackendError, match="Fake Mac could not compile a kernel: error: unknown type"):
            Likelihood(model, data, program, choice)


def test_a_failed_command_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, data, program = compiled("mass")
    with at(MACHINE, tmp_path) as choice:
        held = Likelihood(model, data, program, choice)
        monkeypatch.setattr("tests.backends.fake_metal.Command.error", lambda self: "GPU hang")
        with pytest.raises(BackendError, match="failed in mf_loop_0_1: GPU hang"):
            held.evaluate(held.initial, 0)


def test_released_buffers_are_refused(tmp_path: Path) -> None:
    model, data, program = compiled("mass")
    with at(MACHINE, tmp_path) as choice:
        held = Likelihood(model, data, program, choice)
        held.release()
        with pytest.raises(BackendError, match="released"):
            held.evaluate(held.initial, 0)
