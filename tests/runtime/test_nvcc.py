"""NVIDIA's compiler: where it is looked for, and what it says when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from morefit_py.errors import BackendError
from morefit_py.runtime import nvcc


def installed(folder: Path, says: str, fails: bool = False) -> Path:
    """A compiler in `folder/bin` that says something."""
    tool = folder / "bin" / "nvcc"
    tool.parent.mkdir(parents=True)
    tool.write_text(f"#!/bin/sh\necho '{says}'\nexit {int(fails)}\n")
    tool.chmod(0o755)
    return tool


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("CUDA_HOME", "CUDA_PATH"):
        monkeypatch.delenv(name, raising=False)
    nvcc.nvcc_version.cache_clear()
    yield
    nvcc.nvcc_version.cache_clear()


def test_cuda_home_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, found = installed(tmp_path / "a", "named"), installed(tmp_path / "b", "found")
    monkeypatch.setenv("PATH", str(found.parent))
    assert nvcc.find_nvcc() == str(found)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "a"))
    assert nvcc.find_nvcc() == str(named)
    assert nvcc.nvcc_version() == "named"


def test_without_a_compiler_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nvcc, "find_nvcc", lambda: None)
    with pytest.raises(BackendError, match="install the CUDA toolkit"):
        nvcc.nvcc_version()
    with pytest.raises(BackendError, match="install the CUDA toolkit"):
        nvcc.compile_cubin(tmp_path / "a.cu", tmp_path / "a.cubin", "sm_90")


def test_the_compilers_own_words_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, "unsupported gpu architecture", fails=True)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    with pytest.raises(BackendError, match=r"for sm_35:\nunsupported gpu architecture"):
        nvcc.compile_cubin(tmp_path / "a.cu", tmp_path / "a.cubin", "sm_35")
    with pytest.raises(BackendError, match="does not run"):
        nvcc.nvcc_version()
