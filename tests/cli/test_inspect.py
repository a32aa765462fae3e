"""`morefit inspect`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import morefit_py as mf
from morefit_py.cli.main import app
from morefit_py.codegen.dialects import dialect_names

SPEC = str(Path(__file__).parents[2] / "specs" / "bmass.yaml")


@pytest.mark.parametrize("dialect", dialect_names())
def test_the_source_printed_is_the_source_compiled(dialect: str) -> None:
    done = CliRunner().invoke(app, ["inspect", SPEC, "--dialect", dialect])
    assert done.exit_code == 0, done.output
    assert done.output == mf.compile(*mf.load(SPEC)).source(dialect)


@pytest.mark.parametrize(
    ("stage", "said"),
    [("graph", "morefit graph 1"), ("passes", "operations per event after"), ("plan", "loop over bmass")],
)
def test_every_stage_can_be_looked_at(stage: str, said: str) -> None:
    done = CliRunner().invoke(app, ["inspect", SPEC, "--stage", stage])
    assert done.exit_code == 0, done.output
    assert said in done.output


def test_the_graph_is_written_as_dot(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["inspect", SPEC, "--stage", "passes", "--dot", str(tmp_path / "g.dot")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "g.dot").read_text().startswith("digraph")
