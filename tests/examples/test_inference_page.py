"""The blocks of docs/inference.md run one after the other and print what the page says."""

from __future__ import annotations

from pathlib import Path

from tests.examples.pages import printed, promised


def test_blocks_print_what_the_page_says(tmp_path: Path) -> None:
    assert printed("docs/inference.md", tmp_path) == promised("docs/inference.md")
