"""The excerpts of kernels in the documentation are what is generated now.

`pytest tests/examples --update-golden` writes them again.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import morefit_py as mf
from tests.examples.pages import ROOT

BLOCK = re.compile(r"^```c\n.*?^```$", re.MULTILINE | re.DOTALL)


def two_components() -> mf.CompiledFit:
    """A Gaussian on an exponential."""
    x = mf.Observable("mass", 5000, 6000)
    mu, sigma = mf.Parameter("mu", 5280, limits=(5200, 5350)), mf.Parameter("sigma", 20, limits=(5, 60))
    slope = mf.Parameter("slope", -0.001, limits=(-0.02, 0.02))
    n_sig = mf.Parameter("n_sig", 800, limits=(0, 5000))
    n_bkg = mf.Parameter("n_bkg", 2000, limits=(0, 10000))
    signal, background = mf.pdfs.Gaussian(x, mu, sigma), mf.pdfs.Exponential(x, slope)
    model = (n_sig * signal + n_bkg * background).named("signal", "background")
    return mf.compile(model, {"mass": [5100.0]}, backend="reference")


def loop() -> str:
    """The loop over events of the value, in C."""
    lines = two_components().source("c").splitlines()
    first = next(i for i, line in enumerate(lines) if "mf_loop_0_1_rows(" in line)
    last = lines.index("}", first)
    return "\n".join(lines[first : last + 1])


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments name the components, of which the key of a cached source knows nothing."""
    monkeypatch.setenv("MOREFIT_CACHE_DIR", str(tmp_path / "kernels"))


@pytest.mark.parametrize("page", ["README.md", "docs/kernels.md"])
def test_excerpt(page: str, update_golden: bool) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    block = f"```c\n{loop()}\n```"
    if update_golden:
        text = BLOCK.sub(lambda _: block, text)
        path.write_text(text, encoding="utf-8")
    assert BLOCK.findall(text) == [block]
