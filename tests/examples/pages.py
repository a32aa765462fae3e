"""Pages of the documentation as tests see them: their blocks, and what these print."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_name("page_runner.py")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Block = tuple[str, str]


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, each with its language."""
    return _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def printed(page: str, folder: Path) -> list[str]:
    """What each Python block of a page prints, run in a folder in one process."""
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(ROOT / page)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


def promised(page: str) -> list[str]:
    """What a page says each of its Python blocks prints: the text block that follows, or nothing."""
    held = [*blocks(page), ("", "")]
    return [
        following if kind == "text" else ""
        for (language, _), (kind, following) in pairwise(held)
        if language == "python"
    ]
