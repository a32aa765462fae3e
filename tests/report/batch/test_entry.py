"""One fit of a batch, and its key."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from morefit_py.errors import DataError
from morefit_py.report.batch import entry as module
from morefit_py.report.batch.entry import Entry, Options, code_digest, entry_key
from morefit_py.spec.changes import Changes
from morefit_py.spec.load import opened
from tests.report.batch.small import SPEC, write_data


def key(entry: Entry) -> str:
    return entry_key(entry, opened(entry.spec, entry.changes))


@pytest.fixture
def entry(specs: Path) -> Entry:
    return Entry("a", specs / "a.yaml", Options())


def test_the_key_follows_what_the_fit_depends_on(entry: Entry, specs: Path) -> None:
    first = key(entry)
    changes = Changes(values={"model.parameters.mu.init": 5.1})
    others = [
        replace(entry, changes=changes),
        replace(entry, changes=Changes({"": (str(specs / "b.parquet"),)})),
        replace(entry, options=Options(minos=True)),
        replace(entry, options=Options(minimiser="minuit")),
        replace(entry, options=Options(plots=True)),
        replace(entry, spec=specs / "b.yaml"),
    ]
    assert len({first, *map(key, others)}) == 1 + len(others)
    assert key(replace(entry, name="other", where="elsewhere")) == first


def test_the_key_follows_the_files(entry: Entry, specs: Path) -> None:
    first, data = key(entry), specs / "a.parquet"
    held = data.stat()
    os.utime(data, ns=(held.st_atime_ns, held.st_mtime_ns + 1))
    touched = key(entry)
    write_data(data, 9)
    os.utime(data, ns=(held.st_atime_ns, held.st_mtime_ns))
    other_size = key(entry)
    (specs / "a.yaml").write_text(SPEC.replace("NAME", "a") + "# a remark\n")
    assert len({first, touched, other_size, key(entry)}) == 4


def test_a_folder_that_is_moved_keeps_its_keys(entry: Entry, specs: Path) -> None:
    first = key(entry)
    moved = specs.rename(specs.with_name("moved"))
    assert key(replace(entry, spec=moved / "a.yaml")) == first


def test_files_of_templates_count(specs: Path) -> None:
    text = SPEC.replace("NAME", "a").replace(
        "{ type: uniform, observable: m }",
        "{ type: histogram_from_tree, observable: m, bin_edges: [0, 5, 10], source: { file: b.parquet } }",
    )
    (specs / "a.yaml").write_text(text)
    entry = Entry("a", specs / "a.yaml", Options())
    first = key(entry)
    write_data(specs / "b.parquet", 30)
    assert key(entry) != first


def test_a_file_that_goes_is_told(entry: Entry, specs: Path) -> None:
    resolved = opened(entry.spec)
    (specs / "a.parquet").unlink()
    with pytest.raises(DataError, match=r"a\.parquet"):
        entry_key(entry, resolved)


def test_the_code_counts_as_far_as_numbers_come_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "morefit_py"
    for layer in ("fit", "report/batch", "cli"):
        (package / layer).mkdir(parents=True)
        (package / layer / "file.py").write_text("1")
    monkeypatch.setattr(module, "__file__", str(package / "report" / "batch" / "entry.py"))

    def now() -> str:
        code_digest.cache_clear()
        return code_digest()

    first = now()
    (package / "cli" / "file.py").write_text("2")
    (package / "report" / "batch" / "file.py").write_text("2")
    assert now() == first
    (package / "fit" / "file.py").write_text("2")
    assert now() != first
    code_digest.cache_clear()


def test_problems_are_told_with_their_place(entry: Entry) -> None:
    assert entry.said("one\ntwo") == "one\ntwo"
    assert replace(entry, where="m.yaml:3 fits[0]").said("one\ntwo") == (
        "m.yaml:3 fits[0]: one\nm.yaml:3 fits[0]: two"
    )


def test_what_is_changed_is_plain(entry: Entry) -> None:
    assert entry.changed() == {}
    changes = Changes({"run1": ("x", "y")}, {"model.poi": "mu"})
    assert replace(entry, changes=changes).changed() == {
        "data": {"run1": ["x", "y"]}, "set": {"model.poi": "mu"},
    }  # fmt: skip
