"""Every message of docs/errors.md is what its bad input gets."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

import morefit_py as mf
from tests.examples.pages import ROOT, blocks, printed, promised

PAGE = "docs/errors.md"
SPECS = ROOT / "specs"
CHANGES = [
    (change, message)
    for (language, change), (kind, message) in pairwise(blocks(PAGE))
    if (language, kind) == ("diff", "text")
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_message_of_a_spec(
    change: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (line[2:] for line in change.splitlines())
    text = (SPECS / "bmass.yaml").read_text(encoding="utf-8")
    assert old in text
    monkeypatch.chdir(tmp_path)
    Path("bmass.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    shutil.copy(SPECS / "bmass.parquet", tmp_path)
    with pytest.raises((mf.SpecError, mf.DataError)) as problem:
        mf.load("bmass.yaml")
    # The page leaves out all but the first of a row of values.
    found = re.sub(r"(\(row \d+: [\d.]+)(?:, row [^)]*)\)", r"\1, ...)", str(problem.value))
    assert found == message.rstrip()


def test_messages_of_python(tmp_path: Path) -> None:
    assert printed(PAGE, tmp_path) == promised(PAGE)
