"""The choice of a device."""

from __future__ import annotations

import logging

import pytest

from morefit_py.errors import BackendError
from morefit_py.runtime import choose as module
from morefit_py.runtime.backend import Backend, Device, Executable
from morefit_py.runtime.choose import choose, devices
from morefit_py.runtime.program import Program


class Fake(Backend):
    dialect = None

    def __init__(self, name: str, *found: Device) -> None:
        self.name = name
        self.found = list(found)
        self.best_rank = min((device.rank for device in found), default=1)
        self.asked = False

    def devices(self) -> list[Device]:
        self.asked = True
        return self.found

    def compile(self, program: Program, device: Device) -> Executable:
        raise AssertionError


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fake]:
    held = {
        "fast": Fake("fast", Device("fast", "F0", "gpu", 10, "no driver; install one")),
        "split": Fake("split", Device("split", "G", "gpu", 20, "no GPU"), Device("split", "P", "cpu", 40)),
        "plain": Fake("plain", Device("plain", "P0", "cpu", 30)),
        "slow": Fake("slow", Device("slow", "S", "cpu", 100)),
    }
    monkeypatch.setattr(module, "backend_names", lambda: tuple(held))
    monkeypatch.setattr(module, "backend", held.__getitem__)
    return held


def test_auto_takes_the_smallest_usable_rank_and_says_why(fakes: dict[str, Fake]) -> None:
    choice = choose()
    assert choice.device.name == "P0"
    assert "no driver" in choice.reason


def test_backends_that_cannot_win_are_not_asked(fakes: dict[str, Fake]) -> None:
    choose()
    assert not fakes["slow"].asked


def test_the_choice_is_logged(fakes: dict[str, Fake], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "morefit_py"):
        choose()
    assert "plain" in caplog.text


def test_a_named_backend_takes_its_best_device(fakes: dict[str, Fake]) -> None:
    assert choose("split").device.name == "P"


def test_a_named_backend_without_a_device_says_what_is_missing(fakes: dict[str, Fake]) -> None:
    with pytest.raises(BackendError, match="'fast' cannot be used: no driver; install one"):
        choose("fast")


def test_devices_are_listed_by_preference(fakes: dict[str, Fake]) -> None:
    assert [device.rank for device in devices()] == [10, 20, 30, 40, 100]


def test_every_real_device_is_usable_or_says_why() -> None:
    for device in devices():
        assert device.usable != bool(device.problem)
        assert device.name
