"""All fits that are asked for, checked at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from morefit_py.errors import SpecError
from morefit_py.report.batch.collect import Collected, collect
from morefit_py.report.batch.entry import Options
from tests.report.batch.small import SPEC


def found(*specs: str | Path) -> Collected:
    return collect(specs, Options(), allow_outside=False)


def problems(*specs: str | Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        found(*specs)
    return str(caught.value).splitlines()


def test_files_patterns_and_folders(specs: Path) -> None:
    for asked in ([specs], [specs / "*.yaml"], [specs / "a.yaml", specs / "[bc].yaml"]):
        held = found(*asked)
        assert list(held.entries) == ["a", "b", "c"]
        assert len(set(held.keys.values())) == 3
        assert held.warnings == ()


def test_what_is_left_out_of_a_folder_is_told(specs: Path) -> None:
    (specs / "schema.json").write_text("{}")
    (specs / "all.yaml").write_text("schema_version: morefit_batch_v1\nfits: [{ spec: a.yaml }]")
    held = found(specs)
    assert list(held.entries) == ["a", "b", "c"]
    assert [text.split(": ", 1)[1] for text in held.warnings] == [
        "a manifest; it is left out unless it is named itself",
        "has no schema_version, so it is no spec; it is left out",
    ]
    assert list(found(specs / "all.yaml").entries) == ["a"]


def test_all_problems_are_told_at_once(specs: Path) -> None:
    (specs / "a.yaml").write_text(SPEC.replace("NAME", "d").replace("mu: mu", "mu: m0"))
    (specs / "empty").mkdir()
    manifest = specs / "all.yaml"
    manifest.write_text(
        "schema_version: morefit_batch_v1\nfits:\n"
        "  - { spec: b.yaml, name: x, set: { model.parameters.m.init: 1 } }\n"
        "  - { spec: b.yaml, name: C }\n"
        "  - { spec: b.yaml, name: again }\n"
        "  - { spec: no.yaml }\n"
    )
    said = problems(
        specs / "a.yaml", specs / "c.yaml", specs / "empty", specs / "x*", "nothing.yaml", manifest
    )
    text = "\n".join(line.replace(f"{specs}/", "") for line in said)
    assert "empty: there is no spec in this folder; name another" in text
    assert "x*: no file has such a name" in text
    assert "nothing.yaml: no such file" in text
    assert "a.yaml:9 channels[0].data.file: d.parquet: no such file; did you mean" in text
    assert "a.yaml:12 channels[0].processes[0].pdf.mu: the parameter 'm0' is not declared" in text
    assert "all.yaml:3 fits[0]: b.yaml:3 model.parameters: 'model.parameters.m.init' names 'm'" in text
    assert "all.yaml:4 fits[1]: the name 'C' is taken by c.yaml; give them names in a manifest" in text
    assert "all.yaml:5 fits[2]: is the same fit as 'C'; remove one of them" in text
    assert "all.yaml:6 fits[3].spec: no.yaml: no such file" in text


def test_two_specs_of_one_name(specs: Path) -> None:
    other = specs / "deeper"
    other.mkdir()
    (other / "a.yaml").write_text(SPEC.replace("NAME", "../b"))
    assert problems(specs / "a.yaml", other / "a.yaml") == [
        f"{other}/a.yaml: the name 'a' is taken by {specs}/a.yaml; give them names in a manifest"
    ]


def test_a_spec_that_is_named_twice(specs: Path) -> None:
    link = specs / "link.yaml"
    link.symlink_to(specs / "a.yaml")
    assert problems(specs / "a.yaml", link) == [f"{link}: is asked for twice; name it once"]


def test_many_problems_are_counted(specs: Path) -> None:
    said = problems(*(specs / f"none{k}.yaml" for k in range(60)))
    assert (len(said), said[-1]) == (51, "and 10 more problems")


def test_nothing_is_asked_for() -> None:
    assert problems() == ["no spec is given; name files, patterns or folders of them"]


def test_what_a_spec_warns_of_is_told_once(specs: Path) -> None:
    text = SPEC.replace("NAME", "a").replace("    mu:", "    unused: { init: 1 }\n    mu:")
    (specs / "a.yaml").write_text(text)
    (warning,) = found(specs).warnings
    assert "a.yaml:6 model.parameters.unused: the parameter 'unused' is declared" in warning
