"""Batches of fits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

import morefit_py as mf
from morefit_py.errors import BackendError, DataError, FitError, MorefitWarning, SpecError
from morefit_py.report.batch import run as module
from morefit_py.report.batch.run import fit_specs
from morefit_py.runtime.cache import KernelCache
from tests.report.batch.small import SPEC, write_data, write_specs

ROOT = Path(__file__).parents[3]


def test_each_spec_has_its_folder_and_its_row(specs: Path, tmp_path: Path) -> None:
    told: list[str] = []
    out = tmp_path / "out"
    batch = fit_specs(specs, out, told=lambda task, outcome: told.append(task.name))
    assert batch.valid
    assert told == ["a", "b", "c"]
    assert batch.fitted == ("a", "b", "c")
    for name in "abc":
        alone = mf.compile(*mf.load(specs / f"{name}.yaml")).minimise()
        assert batch[name].values == batch.result(name).values == alone.values
        assert batch[name].nll == alone.nll
        assert {"result.json", "audit.json", "record.json"} <= set(os.listdir(out / "fits" / name))
    table = parquet.read_table(out / "summary.parquet").to_pydict()
    assert table["name"] == ["a", "b", "c"]
    assert table["values mu"] == [batch[name].values["mu"] for name in "abc"]  # type: ignore[index]
    assert json.loads((out / "summary.json").read_text())["counts"]["valid"] == 3


def test_only_what_changed_is_fitted_again(specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = fit_specs(specs, out)
    assert fit_specs(specs, out).fitted == ()
    write_data(specs / "b.parquet", 20)
    after = fit_specs([specs / "a.yaml", specs / "b.yaml"], out)
    assert after.fitted == ("b",)
    assert after["b"].events == before["b"].events + 19
    assert after["a"] == before["a"]
    assert fit_specs(specs, out, minos=True).fitted == ("a", "b", "c")
    assert set(os.listdir(out / "fits")) == {"a", "b", "c"}


def test_what_is_spoilt_is_fitted_again(specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = fit_specs(specs, out)
    kept = (out / "fits" / "a" / "result.json").read_bytes()
    (out / "fits" / "a" / "result.json").write_bytes(kept[:100])
    (out / "fits" / "b" / "record.json").write_bytes(b"")
    with pytest.warns(MorefitWarning, match="it was fitted again") as caught:
        after = fit_specs(specs, out)
    assert len(caught) == 2
    assert after.fitted == ("a", "b")
    assert [row.values for row in after.rows] == [row.values for row in before.rows]


def test_fits_that_fail_are_rows(specs: Path, tmp_path: Path) -> None:
    mf.Dataset.from_numpy({"m": [1.0, 11.0]}).to_parquet(specs / "a.parquet")
    batch = fit_specs(specs, tmp_path / "out")
    assert batch["a"].status == "failed"
    assert "outside" in batch["a"].reason
    assert [batch[name].status for name in "bc"] == ["valid", "valid"]
    assert not batch.valid
    # What failed may have failed for reasons that have gone.
    assert fit_specs(specs, tmp_path / "out").fitted == ("a",)


def test_a_fit_that_is_not_valid_is_a_result(specs: Path, tmp_path: Path) -> None:
    # Two yields of one shape: only their sum is known.
    (specs / "b.yaml").write_text(
        SPEC.replace("NAME", "b").replace(
            "gaussian, observable: m, mu: mu, sigma: 0.5", "uniform, observable: m"
        )
    )
    with pytest.warns(MorefitWarning, match="'mu' is declared"):
        batch = fit_specs(specs / "b.yaml", tmp_path / "out")
    assert batch["b"].status == "invalid"
    assert batch["b"].reason
    with pytest.warns(MorefitWarning, match="'mu' is declared"):
        again = fit_specs(specs / "b.yaml", tmp_path / "out")
    assert again.fitted == ()
    assert again["b"].reason == batch["b"].reason


def test_processes_give_the_same_and_build_a_kernel_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no compiler")
    specs = write_specs(tmp_path / "specs", [f"s{k}" for k in range(6)])
    one = fit_specs(specs, tmp_path / "one")
    script = tmp_path / "compiler"
    script.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/log"\nexec {compiler} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script))
    monkeypatch.setenv("MOREFIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "processors", lambda: 2)
    two = fit_specs(specs, tmp_path / "two", jobs=2)
    assert sorted(two.fitted) == [f"s{k}" for k in range(6)]
    assert [(row.values, row.nll) for row in two.rows] == [(row.values, row.nll) for row in one.rows]
    kinds = [entry.manifest["kind"] for entry in KernelCache(tmp_path / "cache").entries()]
    built = [line for line in (tmp_path / "log").read_text().splitlines() if "-shared" in line]
    assert kinds.count("source") == 1
    assert len(built) == kinds.count("kernel") == 1


def test_more_jobs_than_processors_are_told(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "processors", lambda: 1)
    with pytest.warns(MorefitWarning, match="5 jobs are more than the processors; 1 run at a time"):
        assert fit_specs(specs, tmp_path / "out", jobs=5).valid


def test_nothing_is_written_where_something_is_wrong(specs: Path, tmp_path: Path) -> None:
    (specs / "c.yaml").write_text(SPEC.replace("NAME", "d"))
    with pytest.raises(SpecError, match=r"d\.parquet"):
        fit_specs(specs, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"jobs": 0}, FitError, "jobs = 0"),
        ({"jobs": 2, "dask": "tcp://x"}, FitError, "not both"),
        ({"minimiser": "newtom"}, FitError, "did you mean 'newton'"),
        ({"weighted_errors": "naif"}, FitError, "did you mean 'naive'"),
        ({"backend": "cudda"}, BackendError, "did you mean"),
    ],
)
def test_wrong_settings_are_told_first(
    options: Any, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        fit_specs("no-such-spec.yaml", tmp_path / "out", **options)


def test_the_output_is_a_folder(specs: Path) -> None:
    with pytest.raises(DataError, match="give a folder"):
        fit_specs(specs, specs / "a.yaml")


def test_an_unfinished_batch_has_no_table(specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    fit_specs(specs, out)
    write_data(specs / "b.parquet", 20)

    def stop(task: object, outcome: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        fit_specs(specs, out, told=stop)
    assert caught.value.__notes__ == ["3 of 3 fits are done; the same again does the rest"]
    assert not (out / "summary.parquet").exists()
    assert fit_specs(specs, out).fitted == ()
    assert (out / "summary.parquet").exists()


_CLUSTER = """
import json, logging, os, signal, sys, threading, time
from distributed import Client, LocalCluster
from morefit_py.report.batch.run import fit_specs


def main(specs, output):
    options = {"dashboard_address": None, "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=2, threads_per_worker=1, **options) as held:
        killed = []

        def kill(task, outcome):
            # The first fit is there: the worker that made it dies at its next.
            if not killed:
                with Client(held.scheduler_address, set_as_default=False) as client:
                    killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        batch = fit_specs(specs, output, dask=held.scheduler_address, told=kill)
    rows = [[row.name, row.status, row.reason, row.values, row.nll] for row in batch.rows]
    print(json.dumps({"killed": killed, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
"""


def test_a_cluster_gives_the_same_though_a_worker_is_killed(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    specs = write_specs(tmp_path / "specs", [f"s{k:02d}" for k in range(12)])
    script = tmp_path / "script.py"
    script.write_text(_CLUSTER)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(script), str(specs), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "DASK_TEMPORARY_DIRECTORY": str(tmp_path)},
        cwd=tmp_path,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["killed"]
    here = fit_specs(specs, tmp_path / "here")
    assert found["rows"] == [[r.name, r.status, r.reason, r.values, r.nll] for r in here.rows]
