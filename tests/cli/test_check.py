"""`morefit check`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from morefit_py.cli.main import app
from morefit_py.errors import DataError

SPEC = Path(__file__).parents[2] / "specs" / "bmass.yaml"


def test_a_good_spec_is_described() -> None:
    done = CliRunner().invoke(app, ["check", str(SPEC)])
    assert done.exit_code == 0, done.output
    assert "20073 events" in done.output
    assert "7 parameters, 1 channel\n" in done.output
    assert "signal (crystal_ball)" in done.output


def test_data_outside_the_bounds_are_found(tmp_path: Path) -> None:
    text = SPEC.read_text().replace("[5000, 6000]", "[5000, 5990]")
    (tmp_path / "spec.yaml").write_text(text.replace("bmass.parquet", str(SPEC.parent / "bmass.parquet")))
    done = CliRunner().invoke(app, ["check", str(tmp_path / "spec.yaml")])
    assert isinstance(done.exception, DataError)
    assert "outside [5000, 5990]" in str(done.exception)
