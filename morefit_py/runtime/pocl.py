"""What PoCL, the OpenCL of processors, needs before and after it is loaded.

PoCL compiles with an LLVM of its own and links with the system's `ld`, without which it ends the whole
process. Its wheel's LLVM is older than many processors: one it does not know it calls "generic", and then
refuses to compile for (https://github.com/pocl/pocl/issues/1049). It has no setting for this, so the name
is replaced where PoCL keeps it, by the one whose function library PoCL has chosen from the processor's
features.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import struct
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from morefit_py.runtime.cache_location import default_root
from morefit_py.runtime.threads import thread_count

NO_LINKER = (
    "PoCL needs the linker `ld`, which is not on the PATH; install binutils (`apt install binutils`, "
    "`dnf install binutils`, `conda install binutils`)"
)
UNKNOWN_PROCESSOR = (
    "PoCL's compiler is older than this processor and refuses to compile for it; install a newer PoCL "
    "(`conda install -c conda-forge pocl`, `apt install pocl-opencl-icd`)"
)
# Processors every LLVM knows: the feature by which PoCL chooses its library of functions, the best first,
# the processor which that library is for, and what else it has.
_KNOWN = (
    ("avx512f", "skx", {"avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma", "bmi1", "bmi2"}),
    ("avx2", "haswell", {"fma", "bmi1", "bmi2"}),
)
_UNNAMED = b"generic\0"
# The device's record is shorter than this, and its addresses lie above the first page.
_RECORD_BYTES, _FIRST_ADDRESS = 2048, 4096
_FOLDER, _ABANDONED = ".pocl-", 24 * 3600.0


@cache
def prepare() -> None:
    """Set what PoCL reads from the environment when it is loaded, unless the user has set it.

    Its own cache is switched off, since kernels come from ours, where they are verified; what it
    unpacks goes to a folder that is removed in the end. Kernels are compiled once for any number of
    work groups, so that a stored binary is complete.
    """
    os.environ.setdefault("POCL_WORK_GROUP_SPECIALIZATION", "0")
    os.environ.setdefault("POCL_KERNEL_CACHE", "0")
    os.environ.setdefault("POCL_MAX_PTHREAD_COUNT", str(thread_count()))
    if "POCL_CACHE_DIR" not in os.environ:
        with suppress(OSError):
            os.environ["POCL_CACHE_DIR"] = _scratch(default_root())


def _scratch(root: Path) -> str:
    """A folder of this process alone, beside the kernels; those of killed processes go."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in root.glob(f"{_FOLDER}*"):
        with suppress(OSError):
            if time.time() - old.lstat().st_mtime > _ABANDONED:
                shutil.rmtree(old, ignore_errors=True)
    made = tempfile.mkdtemp(prefix=_FOLDER, dir=root)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def problem(version: str, address: int) -> str:
    """Why a PoCL device of this version cannot be used, or nothing; makes it usable where that helps.

    `address` is where PoCL keeps the device's record.
    """
    if shutil.which("ld") is None:
        return NO_LINKER
    if not version.endswith("-generic") or platform.machine().lower() not in ("x86_64", "amd64"):
        return ""
    return "" if _named(address) else UNKNOWN_PROCESSOR


@cache
def _named(address: int) -> bool:
    name = known_processor(_flags())
    return name is not None and sys.platform == "linux" and _replace(address, name)


def known_processor(flags: set[str]) -> str | None:
    """The processor that PoCL's functions for these features are compiled for, if it can run all of them."""
    for feature, name, others in _KNOWN:
        if feature in flags:
            return name if others <= flags else None
    return None


def _flags() -> set[str]:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("flags"):
                return set(line.partition(":")[2].split())
    return set()


def _replace(address: int, name: str) -> bool:
    """Overwrite the one string "generic" that a record points at; False if there is none.

    Read and written through the kernel, which refuses a wrong address where the processor would fault.
    """
    with suppress(OSError), Path("/proc/self/mem").open("r+b", buffering=0) as memory:
        record = os.pread(memory.fileno(), _RECORD_BYTES, address)
        words = {word for (word,) in struct.iter_unpack("<Q", record[: len(record) // 8 * 8])}
        found = []
        for word in sorted(words):
            with suppress(OSError, OverflowError):
                if word >= _FIRST_ADDRESS and os.pread(memory.fileno(), len(_UNNAMED), word) == _UNNAMED:
                    found.append(word)
        if len(found) == 1:
            text = name.encode().ljust(len(_UNNAMED), b"\0")
            return os.pwrite(memory.fileno(), text, found[0]) == len(text)
    return False
