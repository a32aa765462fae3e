"""What PoCL needs: a linker, a processor it knows by name, and an environment that keeps to our cache."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from morefit_py.runtime import pocl

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Record:
    """A device's record in memory as PoCL keeps it: addresses among other words."""

    def __init__(self, *texts: bytes) -> None:
        self.texts = [ctypes.create_string_buffer(text, 32) for text in texts]
        words = [7, 2**63, 4097, *(ctypes.addressof(text) for text in self.texts), 0xDEADBEEF0000]
        self.memory = ctypes.create_string_buffer(struct.pack(f"<{len(words)}Q", *words), 4096)

    @property
    def address(self) -> int:
        return ctypes.addressof(self.memory)


@LINUX
def test_the_unknown_processor_gets_a_known_name() -> None:
    record = Record(b"pthread-AMD EPYC", b"generic", b"generically")
    assert pocl._replace(record.address, "haswell")
    assert [text.value for text in record.texts] == [b"pthread-AMD EPYC", b"haswell", b"generically"]


@LINUX
@pytest.mark.parametrize("texts", [(), (b"znver3",), (b"generic", b"generic")])
def test_nothing_is_written_unless_there_is_exactly_one_name(texts: tuple[bytes, ...]) -> None:
    record = Record(*texts)
    assert not pocl._replace(record.address, "skx")
    assert [text.value for text in record.texts] == list(texts)


@LINUX
def test_a_wrong_address_is_refused_not_met_with_a_crash() -> None:
    assert not pocl._replace(0, "skx")
    assert not pocl._replace(2**47 - 4096, "skx")


def test_known_processors_have_the_library_that_pocl_loads() -> None:
    wide = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}
    narrow = {"avx2", "fma", "bmi1", "bmi2"}
    assert pocl.known_processor(wide | narrow) == "skx"
    assert pocl.known_processor(narrow | {"avx512f"}) is None
    assert pocl.known_processor(narrow) == "haswell"
    assert pocl.known_processor({"sse2"}) is None
    assert pocl.known_processor(wide) is None
    assert all(len(name) < len(pocl._UNNAMED) for _, name, _ in pocl._KNOWN)


def test_problems_are_told_with_their_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    generic = "OpenCL 3.0 PoCL HSTR: pthread-x86_64-unknown-linux-gnu-generic"
    monkeypatch.setattr(pocl.shutil, "which", lambda name: None)
    assert "binutils" in pocl.problem(generic, 0)
    monkeypatch.setattr(pocl.shutil, "which", lambda name: "/usr/bin/ld")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert pocl.problem("OpenCL 3.0 PoCL HSTR: pthread-x86_64-unknown-linux-gnu-znver3", 0) == ""
    monkeypatch.setattr(pocl, "_named", lambda address: False)
    assert "newer PoCL" in pocl.problem(generic, 0)
    monkeypatch.setattr(pocl, "_named", lambda address: True)
    assert pocl.problem(generic, 0) == ""
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(pocl, "_named", lambda address: False)
    assert pocl.problem(generic, 0) == ""


def test_scratch_folders_of_killed_processes_go(tmp_path: Path) -> None:
    root = tmp_path / "cache"
    root.mkdir()
    old, new = root / ".pocl-old", root / ".pocl-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "kernel.so").touch()
    past = time.time() - 2 * pocl._ABANDONED
    os.utime(old, (past, past))
    made = Path(pocl._scratch(root))
    assert made.parent == root
    assert made.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in root.iterdir()) == sorted([".pocl-new", made.name])


@pytest.mark.parametrize("chosen", ["", "0", "1"])
def test_the_environment_is_set_unless_the_user_has(chosen: str, tmp_path: Path) -> None:
    script = (
        "import os; from morefit_py.runtime import pocl; pocl.prepare(); print(*(os.environ[n] for n in N))"
    )
    names = (
        "POCL_KERNEL_CACHE",
        "POCL_WORK_GROUP_SPECIALIZATION",
        "POCL_MAX_PTHREAD_COUNT",
        "POCL_CACHE_DIR",
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POCL_")}
    environment |= {"MOREFIT_CACHE_DIR": str(tmp_path), "MOREFIT_NUM_THREADS": "3"}
    if chosen:
        environment["POCL_KERNEL_CACHE"] = chosen
    command = [sys.executable, "-c", script.replace("in N", f"in {names}")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    cache, specialised, threads, folder = done.stdout.split()
    assert (cache, specialised, threads) == (chosen or "0", "0", "3")
    assert Path(folder).parent == tmp_path
    assert not Path(folder).exists(), "the scratch folder outlives its process"
