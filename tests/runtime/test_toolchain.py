"""The C compiler of the machine, and machines that have none."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from morefit_py.errors import BackendError
from morefit_py.runtime import toolchain as module
from morefit_py.runtime.toolchain import Toolchain, compile_library, find_toolchain, processor


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_toolchain", find_toolchain.__wrapped__)


def found() -> Toolchain:
    try:
        return find_toolchain.__wrapped__()
    except BackendError as problem:
        pytest.skip(f"this machine has none: {problem}")


def test_the_compiler_found_builds_a_library_that_loads(tmp_path: Path) -> None:
    source, library = tmp_path / "kernel.c", tmp_path / "kernel.so"
    source.write_text('__attribute__((visibility("default"))) double twice(double x) { return 2 * x; }\n')
    compile_library(found(), source, library)
    twice = ctypes.CDLL(str(library)).twice
    twice.restype, twice.argtypes = ctypes.c_double, [ctypes.c_double]
    assert twice(21.0) == 42.0


def test_what_the_compiler_says_reaches_the_user(tmp_path: Path) -> None:
    source = tmp_path / "kernel.c"
    source.write_text("this is not C;\n")
    with pytest.raises(BackendError, match="error"):
        compile_library(found(), source, tmp_path / "kernel.so")


def test_the_identity_names_version_flags_and_processor() -> None:
    held = found()
    assert held.version in held.identity
    assert processor() in held.identity


def test_a_compiler_asked_for_that_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(BackendError, match="CC='no-such-compiler' does not run"):
        find_toolchain.__wrapped__()


def test_no_compiler_at_all_names_the_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(BackendError, match=r"no C compiler.*install gcc or clang.*morefit-py\[compiler\]"):
        find_toolchain.__wrapped__()


def test_a_machine_without_a_compiler_still_fits(tmp_path: Path) -> None:
    """With nothing on the path and no cache, `auto` finds another backend and says so."""
    script = (
        "import importlib.util as u; real = u.find_spec\n"
        "import morefit_py.runtime.toolchain as t; t.find_spec = lambda name: None\n"
        "import morefit_py as mf, numpy as np\n"
        "x = mf.Observable('x', 0, 1)\n"
        "model = mf.Parameter('n', 9, limits=(0, 99)) * mf.pdfs.Exponential(x, mf.Parameter('s', 0.1))\n"
        "result = mf.compile(model, {'x': np.linspace(0.1, 0.8, 9)}).minimise()\n"
        "print(result.valid, result.provenance['backend choice'])\n"
    )
    tmp_path.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": "", "MOREFIT_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("True")
    assert "no C compiler" in done.stdout
