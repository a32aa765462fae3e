"""The peak of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from morefit_py.errors import BackendError
from morefit_py.runtime import peak as module
from morefit_py.runtime.peak import peak
from morefit_py.runtime.toolchain import find_toolchain


def test_it_is_measured_once_and_possible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No processor does 1e14 operations a second, none less than 1e7; likewise for bytes."""
    try:
        find_toolchain()
    except BackendError as problem:
        pytest.skip(str(problem))
    tmp_path.chmod(0o700)
    monkeypatch.setenv("MOREFIT_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(module, "_ROUNDS", 50)
    monkeypatch.setattr(module, "_ROWS", 1 << 16)
    peak.cache_clear()
    found = peak()
    assert peak() is found
    peak.cache_clear()
    assert 1e7 < found.operations < 1e14
    assert 1e7 < found.bytes < 1e15
