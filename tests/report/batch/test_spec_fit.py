"""The fit of an entry, as a task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import morefit_py as mf
from morefit_py.errors import DataError, FitError
from morefit_py.report.batch.entry import Entry, Options, entry_key
from morefit_py.report.batch.spec_fit import fit_entry, fit_task
from morefit_py.report.plots.style import have_matplotlib
from morefit_py.spec.changes import Changes
from morefit_py.spec.load import opened, spec_digest


def key(entry: Entry) -> str:
    return entry_key(entry, opened(entry.spec, entry.changes))


@pytest.fixture
def entry(specs: Path) -> Entry:
    return Entry("a", specs / "a.yaml", Options())


def test_it_is_the_fit_of_the_spec(entry: Entry) -> None:
    outcome = fit_task(entry, key(entry)).work()
    model, data = mf.load(entry.spec)
    fit = mf.compile(model, data)
    result = fit.minimise()
    row = dict(outcome.row)
    assert row.pop("seconds") > 0.0
    assert row == {
        "valid": True, "reasons": [], "nll": result.nll, "edm": result.edm, "events": 100,
        "evaluations": sum(result.calls.values()), "values": result.values, "errors": result.errors,
    }  # fmt: skip
    kept = mf.FitResult.from_json(outcome.files["result.json"].decode())
    assert kept.values == result.values
    assert kept.provenance == {"spec": spec_digest(entry.spec), **fit.provenance()}
    assert {"result.json", "audit.json"} <= set(outcome.files)


def test_changes_and_options_are_kept(entry: Entry, specs: Path) -> None:
    changes = Changes({"": (str(specs / "b.parquet"),)}, {"model.parameters.mu.fixed": True})
    entry = replace(entry, changes=changes, options=Options(minimiser="minuit", minos=True))
    outcome = fit_task(entry, key(entry)).work()
    kept = mf.FitResult.from_json(outcome.files["result.json"].decode())
    assert kept.provenance["changed"] == entry.changed()
    assert (kept.minimiser, kept.fixed) == ("minuit", ("mu",))
    assert set(kept.asymmetric_errors) == {"n_sig", "n_bkg"}
    assert outcome.row["events"] == 101


@pytest.mark.skipif(not have_matplotlib(), reason="matplotlib and mplhep are not installed")
def test_figures_are_drawn_where_asked_for(entry: Entry) -> None:
    entry = replace(entry, options=Options(plots=True))
    assert fit_task(entry, key(entry)).work().files["peak_m.png"].startswith(b"\x89PNG")


def test_files_that_change_meanwhile_are_told(entry: Entry) -> None:
    asked = fit_task(entry, key(entry))
    entry.spec.write_text(entry.spec.read_text() + "# later\n")
    with pytest.raises(DataError, match="changed during the run"):
        asked.work()


def test_a_worker_of_another_version_is_told(entry: Entry) -> None:
    with pytest.raises(FitError, match="another version of morefit_py"):
        fit_entry(entry, key(entry), "other")
