"""Links of the documentation lead somewhere, and it speaks of the project alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.examples.pages import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(?:#([\w-]+))?\)")
# A file of the package, as the pages name it.
SOURCE = re.compile(r"`(\w+/[\w/]+\.\w+)`")
# Files that an example writes, or would.
WRITTEN = {"tests/pdfs/peaks/test_hyperbolic_secant.py"}


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path = (page.parent / target) if target else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in set(SOURCE.findall(page.read_text(encoding="utf-8"))) - WRITTEN:
        if "NAME" in name:
            continue
        assert (ROOT / name).exists() or (ROOT / "morefit_py" / name).exists(), name
