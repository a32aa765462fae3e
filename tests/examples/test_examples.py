"""Every example runs as it stands, in a process of its own, and prints what it promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from morefit_py.fit.result import FitResult
from morefit_py.report.plots.style import have_matplotlib

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"

# What each example prints; tests/spec/test_example_data.py runs the one that makes the data.
PRINTS = {
    "bmass": ["Valid minimum", "n_sig = 80", "operations per event after"],
    "python_model": ["Valid minimum", "MINOS +", "n_sig  symmetric"],
    "custom_density": ["closed form", "quadrature", r"\cos", "a SymPy expression"],
    "two_channels": ["Valid minimum", "strength", "run1 alone", "run2 alone"],
    "jpsi_calibration": ["sWeights of", "scale = 3.0", "weighted simulation", "data above it by 0."],
    "lifetime": ["Valid minimum", "tau = 1.", "the average error", "better by"],
    "control_channel": ["Valid minimum", "shapes shared", "shapes separate"],
    "systematics": ["Valid minimum", "luminosity", "all three", "statistics"],
    "kstar_mumu": ["Valid minimum", "made with", "afb", "p5"],
    "batch": ["5 fits: 5 valid", "5 fitted now, 0 there", "Valid minimum", "0 fitted now, 5 there"],
    "toys": ["8 toys, 0 failed", "n_sig", "width"],
    "inspect_kernel": ["operations per event after", "cuda", "metal", "opencl", "event loop of"],
}


def run(*arguments: str, folder: Path) -> str:
    """What a Python process prints that is run in a folder; it must succeed and complain of nothing."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=folder, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    complaints = [line for line in done.stderr.splitlines() if "findfont" not in line]
    assert complaints == []
    return done.stdout


def example(name: str, *arguments: str, folder: Path) -> str:
    printed = run(str(EXAMPLES / f"{name}.py"), *arguments, folder=folder)
    for phrase in PRINTS[name]:
        assert phrase in printed
    assert "not valid" not in printed
    assert "NOT A VALID" not in printed
    return printed


def test_every_example_is_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} - {"make_bmass_data"} == set(PRINTS)


def test_examples_use_public_names_only() -> None:
    allowed = {
        "morefit_py", "morefit_py.report.plots.style", "morefit_py.graph.sympy_bridge",
        "morefit_py.codegen.dialects",
    }  # fmt: skip
    for name in PRINTS:
        text = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
        used = set(re.findall(r"^(?:from|import) (morefit_py[\w.]*)", text, re.MULTILINE))
        assert used <= allowed, name


def test_bmass(tmp_path: Path) -> None:
    example("bmass", str(tmp_path / "out"), folder=tmp_path)
    result = FitResult.load(tmp_path / "out" / "result.json")
    # What examples/make_bmass_data.py made the data with.
    for name, truth in {
        "n_sig": 8000.0,
        "n_bkg": 12000.0,
        "mu": 5279.5,
        "sigma": 18.0,
        "slope": -0.0012,
    }.items():
        assert abs(result.values[name] - truth) < 4 * result.errors[name]


@pytest.mark.parametrize("name", ["python_model", "custom_density", "two_channels"])
def test_fits(name: str, tmp_path: Path) -> None:
    example(name, folder=tmp_path)


# The figures of those that write some.
FIGURES = {
    "jpsi_calibration": ["jpsi_calibration"],
    "lifetime": ["lifetime_mass", "lifetime_time"],
    "control_channel": ["control_channel_control", "control_channel_rare"],
    "systematics": ["systematics_fit", "systematics_pulls"],
    "kstar_mumu": [f"kstar_mumu_{name}" for name in ("cos_k", "cos_l", "mass", "phi")],
}


@pytest.mark.parametrize("name", FIGURES)
def test_examples_with_figures(name: str, tmp_path: Path) -> None:
    example(name, folder=tmp_path)
    if have_matplotlib():
        assert sorted(path.stem for path in (tmp_path / "out").glob("*.png")) == FIGURES[name]


def test_toys(tmp_path: Path) -> None:
    example("toys", "8", folder=tmp_path)


def test_batch(tmp_path: Path) -> None:
    example("batch", str(tmp_path / "batch"), folder=tmp_path)
    assert len(list((tmp_path / "batch" / "fits" / "fits").glob("*/result.json"))) == 5


def test_inspect_kernel(tmp_path: Path) -> None:
    example("inspect_kernel", str(tmp_path / "sources"), folder=tmp_path)
    assert len(list((tmp_path / "sources").iterdir())) == 4
