"""What docs/extending.md says to write works as it stands, put into a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "extending.md"
CHECKS = Path(__file__).with_name("extending_checks.py")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"(?:# |\{# )(\S+)(?: #\})?\n")
COMPILER = next(filter(None, map(shutil.which, ("g++", "clang++"))), None)


def sections() -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    titles = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    return [title.lower().removesuffix(" on parameters").replace(" ", "_") for title in titles]


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if kind == language]


def write_files(root: Path) -> None:
    """Write every block that begins with the name of its file."""
    for text in blocks("python") + blocks("jinja"):
        match = NAME.match(text)
        assert match is not None, text
        path = root / match[1]
        assert not path.exists(), f"{path} is there already"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text if path.suffix == ".py" else text[match.end() :], encoding="utf-8")


def add_lines(root: Path) -> None:
    """Put the lines marked by + below the line above them, which must be there."""
    for text in blocks("diff"):
        path, place = root, 0
        lines: list[str] = []
        for line in text.splitlines():
            if line.startswith("--- "):
                path = root / line[4:]
                lines = path.read_text(encoding="utf-8").splitlines()
            elif line.startswith("+"):
                lines.insert(place, line[1:])
                place += 1
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            elif line != "@@":
                assert line[1:] in lines, f"{path.relative_to(root)} has no line {line[1:]!r}"
                place = lines.index(line[1:]) + 1


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with everything the page says added to it."""
    root = tmp_path_factory.mktemp("extended")
    for folder in ("morefit_py", "codegen_templates"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    write_files(root)
    add_lines(root)
    return root


@pytest.fixture(scope="module")
def problems(extended: Path) -> dict[str, str]:
    """What went wrong, by section."""
    backends = ["reference", *(["c"] if shutil.which("gcc") or shutil.which("cc") else [])]
    done = subprocess.run(
        [sys.executable, str(CHECKS), *backends],
        capture_output=True,
        text=True,
        cwd=extended,
        env=os.environ | {"PYTHONPATH": str(extended)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("section", sections())
def test_example(section: str, problems: dict[str, str]) -> None:
    assert f"def {section}(" in CHECKS.read_text(encoding="utf-8")
    assert section not in problems, problems[section]


@pytest.mark.skipif(COMPILER is None, reason="no C++ compiler")
def test_dialect_compiles(extended: Path, problems: dict[str, str]) -> None:
    assert not problems.get("a_dialect")
    command = [str(COMPILER), "-std=c++17", "-fsyntax-only", "-Wno-unknown-pragmas", "kernel.cpp"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=extended, check=False)
    assert done.returncode == 0, done.stderr
