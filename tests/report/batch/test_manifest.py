"""Manifests: fits with other data or other values."""

from __future__ import annotations

from pathlib import Path

import pytest

from morefit_py.errors import SpecError
from morefit_py.report.batch.entry import Entry, Options
from morefit_py.report.batch.manifest import is_manifest, manifest_entries, plain_name
from morefit_py.spec import lines


def read(folder: Path, fits: str, allow_outside: bool = False) -> tuple[list[Entry], list[str]]:
    path = folder / "all.yaml"
    path.write_text(f"schema_version: morefit_batch_v1\n{fits}")
    found, problems = manifest_entries(lines.read(path), Options(backend="b"), allow_outside)
    return found, [problem.removeprefix(f"{folder}/") for problem in problems]


def test_fits_have_names_specs_data_and_options(specs: Path) -> None:
    found, problems = read(
        specs,
        """\
defaults: { minimiser: minuit, minos: true }
fits:
  - spec: a.yaml
  - { spec: b.yaml, name: other, data: c.parquet, minos: false }
  - { spec: b.yaml, name: two, data: { peak: [a.parquet, b.parquet] }, set: { model.poi: mu } }
""",
    )
    assert problems == []
    assert [entry.name for entry in found] == ["a", "other", "two"]
    assert [entry.spec.name for entry in found] == ["a.yaml", "b.yaml", "b.yaml"]
    assert [entry.where for entry in found] == [f"{specs}/all.yaml:{4 + k} fits[{k}]" for k in range(3)]
    assert found[0].options == Options(backend="b", minimiser="minuit", minos=True)
    assert found[1].options == Options(backend="b", minimiser="minuit")
    assert found[0].changed() == {}
    assert found[1].changed() == {"data": {"": [str(specs / "c.parquet")]}}
    two = [str(specs / "a.parquet"), str(specs / "b.parquet")]
    assert found[2].changed() == {"data": {"peak": two}, "set": {"model.poi": "mu"}}


def test_one_fit_for_each_of_several_files(specs: Path) -> None:
    found, problems = read(specs, "fits: [{ spec: a.yaml, name: run, each: '*.parquet' }]")
    assert problems == []
    assert [(entry.name, entry.changes.data) for entry in found] == [
        (f"run-{name}", {"": (str(specs / f"{name}.parquet"),)}) for name in "abc"
    ]


def test_all_problems_of_all_fits_are_told(specs: Path) -> None:
    found, problems = read(
        specs,
        """\
defaults: { minimiser: minit }
fits:
  - { spec: d.yaml, weighted_errors: sandwhich }
  - { spec: a.yaml, name: a/b, data: x.parquet, each: b.parquet }
  - { spec: a.yaml, set: { channels.peak.data: { file: b.parquet } } }
  - { spec: a.yaml, minimiser: newton }
  - { spec: '?.yaml', minimiser: newton, name: several }
""",
    )
    assert [entry.name for entry in found] == ["a"]
    said = "\n".join(problems)
    assert said.startswith(
        "all.yaml:2 defaults.minimiser: minimiser: there is none called 'minit'; did you mean"
    )
    assert "all.yaml:4 fits[0].weighted_errors: weighted_errors: 'sandwhich' is none of" in said
    assert f"all.yaml:4 fits[0].spec: {specs}/d.yaml: no such file; did you mean" in said
    assert "all.yaml:5 fits[1].name: 'a/b' cannot be the name of a folder" in said
    assert f"all.yaml:5 fits[1].data: {specs}/x.parquet: no such file" in said
    assert "all.yaml:5 fits[1].each: stands beside data; one of them says what is fitted" in said
    assert "all.yaml:6 fits[2].set.channels.peak.data: names a file; use the key 'data'" in said
    assert "all.yaml:8 fits[4].spec: is 3 files; give one of them" in said


@pytest.mark.parametrize(
    "escape", ["../out.parquet", "in/../../out.parquet", "ABSOLUTE", "link.parquet", "*k.parquet"]
)
@pytest.mark.parametrize("key", ["data", "each"])
def test_no_path_leaves_the_folder_unless_allowed(specs: Path, key: str, escape: str) -> None:
    outside = specs.parent / "out.parquet"
    outside.write_bytes((specs / "a.parquet").read_bytes())
    (specs / "in").mkdir()
    (specs / "link.parquet").symlink_to(outside)
    named = str(outside) if escape == "ABSOLUTE" else escape
    fits = f"fits: [{{ spec: a.yaml, {key}: '{named}' }}]"
    found, problems = read(specs, fits)
    assert not found
    (problem,) = problems
    assert f"fits[0].{key}: " in problem
    assert "is outside the manifest's folder; put it there, or allow this with --allow-outside" in problem
    found, problems = read(specs, fits, allow_outside=True)
    assert problems == []
    ((file,),) = found[0].changes.data.values()
    assert Path(file).read_bytes() == outside.read_bytes()


@pytest.mark.parametrize("spec", ["../x.yaml", "/x.yaml"])
def test_nothing_is_told_of_specs_outside(specs: Path, spec: str) -> None:
    _, problems = read(specs, f"fits: [{{ spec: {spec} }}]")
    assert problems == [
        f"all.yaml:2 fits[0].spec: {spec} is outside the manifest's folder; put it there, or allow this with "
        "--allow-outside"
    ]


def test_a_manifest_says_so(specs: Path) -> None:
    assert not is_manifest(lines.read(specs / "a.yaml"))
    assert not is_manifest(lines.compose("[1]", "x"))
    assert is_manifest(lines.compose("schema_version: morefit_batch_v1", "x"))
    with pytest.raises(SpecError, match="the key 'fits' is missing"):
        manifest_entries(lines.compose("schema_version: morefit_batch_v1", "x"), Options())


@pytest.mark.parametrize(
    ("file", "name"), [("x/fit.v2.yaml", "fit.v2"), ("my fit (1).yaml", "my_fit_1_"), ("é.yaml", "fit")]
)
def test_names_after_files(file: str, name: str) -> None:
    assert plain_name(Path(file)) == name
