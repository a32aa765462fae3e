"""Our blocks of docs/moving.md run and print what the page says, and the densities it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import morefit_py as mf
from tests.examples.pages import ROOT, printed, promised

PAGE = "docs/moving.md"


def test_blocks_print_what_the_page_says(tmp_path: Path) -> None:
    assert printed(PAGE, tmp_path) == promised(PAGE)


def test_the_densities_of_the_table_exist() -> None:
    rows = re.findall(r"^\|(.*)\|(.*)\|(.*)\|$", (ROOT / PAGE).read_text(encoding="utf-8"), re.MULTILINE)
    named = [name for row in rows[2:] for name in re.findall(r"`(\w+)`", row[2])]
    assert len(named) > 30
    known = {density.__name__ for density in mf.pdfs.registry().values()}
    assert set(named) <= known
