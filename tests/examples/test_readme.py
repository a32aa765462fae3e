"""What README.md says is printed is printed."""

from __future__ import annotations

import re
from io import StringIO

from rich.console import Console

import morefit_py as mf
from tests.examples.pages import ROOT, blocks, printed, promised
from tests.examples.test_kernel_excerpts import two_components

README = "README.md"


def test_examples_print_what_it_says() -> None:
    assert promised(README)[0]
    assert printed(README, ROOT) == promised(README)


def test_make_fit_prints_its_table() -> None:
    shown, written = [text for kind, text in blocks(README) if kind == "text"][:2]
    model, data = mf.load(ROOT / "specs" / "bmass.yaml")
    told = StringIO()
    Console(width=80, file=told).print(mf.compile(model, data).minimise())
    lines = [line.rstrip() for line in told.getvalue().splitlines()]
    first = next(i for i, line in enumerate(lines) if line.startswith("┏"))
    assert "\n".join(lines[first:]) == shown[shown.index("┏") :].rstrip()
    assert re.findall(r"wrote out/bmass/(\S+)", written)[:2] == ["result.json", "audit.json"]


def test_operations_per_event() -> None:
    counts = two_components().audit().passes[-1].counts
    said = re.search(
        r"That is (\d+) operations an event; with the gradient it is (\d+), with gradient and Hessian (\d+)",
        " ".join((ROOT / README).read_text(encoding="utf-8").split()),
    )
    assert said is not None
    assert [int(number) for number in said.groups()] == [held.total for held in counts.values()]
