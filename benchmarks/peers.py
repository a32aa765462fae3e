"""The peers' own virtual environment, so that nothing they need is ever needed by the package."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

from benchmarks.process import ROOT

FOLDER = ROOT / ".venv-bench"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
MODULES = {"numba-stats": "numba_stats", "jax": "jax"}
_READY = FOLDER / ".ready"


def absent() -> list[str]:
    """The peers that cannot be imported here."""
    return [name for name, module in MODULES.items() if find_spec(module) is None]


def enter() -> None:
    """Go on in the environment of the peers, made first if need be; returns only where that failed.

    The process becomes one of that environment, with the same arguments.
    """
    if Path(sys.prefix).resolve() == FOLDER.resolve():
        return
    if not _install():
        print("benchmarks: the peers could not be installed; going on without them", file=sys.stderr)
        return
    python = _python()
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", "benchmarks", *sys.argv[1:]])


def _install() -> bool:
    if _READY.exists() and _READY.stat().st_mtime >= REQUIREMENTS.stat().st_mtime:
        return True
    print(f"benchmarks: installing the peers into {FOLDER.name}", file=sys.stderr)
    if not _python().exists():
        venv.create(FOLDER, with_pip=True)
    (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    command = [_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary", ":all:", "--requirement", REQUIREMENTS]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        return False
    # OpenCL is not published for every machine.
    subprocess.run([*command[:-2], "--editable", ".[opencl]"], cwd=ROOT, check=False)
    _READY.touch()
    return True


def _python() -> Path:
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
