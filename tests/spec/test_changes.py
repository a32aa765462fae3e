"""Values put in place of a spec's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from morefit_py.errors import SpecError
from morefit_py.spec.changes import Changes, changed, names_file
from morefit_py.spec.lines import Document, compose
from morefit_py.spec.load import data_of, opened

ROOT = Path(__file__).parents[2]
TEXT = """\
shared: &shared { file: a.parquet, selection: x > 0 }
model:
  parameters:
    - { name: mu, init: 1, limits: [0, 2] }
    - { name: sigma, init: 1 }
channels:
  - name: one
    data: *shared
  - name: two
    data: *shared
"""


def document() -> Document:
    return compose(TEXT, "fit.yaml")


def made(**values: Any) -> Any:
    return changed(document(), Changes(values={path.replace("__", "."): v for path, v in values.items()}))


def test_a_value_is_replaced_and_keeps_its_line() -> None:
    found = made(model__parameters__mu__init=3.0)
    assert found.data["model"]["parameters"][0] == {"name": "mu", "init": 3.0, "limits": [0, 2]}
    assert found.where(("model", "parameters", 0, "init")) == "fit.yaml:4 model.parameters[0].init"
    assert found.where(("channels", 1, "name")) == "fit.yaml:9 channels[1].name"


def test_a_key_that_is_not_there_can_be_added() -> None:
    found = made(model__parameters__sigma__limits=[0.5, 3.0])
    assert found.data["model"]["parameters"][1]["limits"] == [0.5, 3.0]
    at = ("model", "parameters", 1, "limits", 1)
    assert found.where(at) == "fit.yaml:5 model.parameters[1].limits[1]"


def test_what_an_alias_shares_stays_elsewhere() -> None:
    before = document()
    after = changed(before, Changes({"two": ("b.parquet", "c.parquet")}))
    assert after.data["channels"][1]["data"] == {"file": ["b.parquet", "c.parquet"], "selection": "x > 0"}
    assert after.data["channels"][0]["data"] == before.data["shared"] == after.data["shared"]
    assert before.data["channels"][1]["data"]["file"] == "a.parquet"


def test_lists_are_entered_by_number_too() -> None:
    found = changed(document(), Changes(values={"channels[1].data.selection": "y > 0"}))
    assert [channel["data"]["selection"] for channel in found.data["channels"]] == ["x > 0", "y > 0"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("model.parameter.mu.init", "fit.yaml:2 model: 'model.parameter.mu.init' names 'parameter', which is "
         "not there; did you mean 'parameters'?"),
        ("model.parameters.sigm.init", "fit.yaml:3 model.parameters: 'model.parameters.sigm.init' names "
         "'sigm', which is not in the list; did you mean 'sigma'?"),
        ("channels[2].name", "'channels[2].name' names 2, which is not in the list; known are one, two"),
        ("channels.one.name.x", "'channels.one.name.x' goes on below channels[0].name, which is 'one'"),
        ("", "'' is no path of a value"),
    ],
)  # fmt: skip
def test_paths_that_are_not_there(path: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        changed(document(), Changes(values={path: 1}))
    assert message in str(caught.value)


def test_channels_that_are_not_there_are_told_together() -> None:
    with pytest.raises(SpecError) as caught:
        changed(document(), Changes({"": ("x",), "on": ("y",)}))
    first, second = str(caught.value).splitlines()
    assert first == "fit.yaml:6 channels: has channels one, two; give their data by name"
    assert second == "fit.yaml:6 channels: there is no channel 'on'; did you mean 'one'?"


def test_a_spec_without_channels_has_no_data() -> None:
    with pytest.raises(SpecError, match=r"x\.yaml:1: has no channels whose data could be others"):
        changed(compose("model: 1", "x.yaml"), Changes({"": ("x",)}))


@pytest.mark.parametrize(
    ("path", "value", "names"),
    [
        ("channels[0].data.file", "x", True),
        ("channels.one.data", {"file": "x"}, True),
        ("channels", [{"data": {"file": "x"}}], True),
        ("channels.one.data.selection", "file > 0", False),
        ("model.parameters.mu.init", 1.0, False),
    ],
)
def test_names_of_files_are_seen(path: str, value: Any, names: bool) -> None:
    assert names_file(path, value) is names


def test_a_changed_spec_is_validated_as_if_written() -> None:
    spec = ROOT / "specs" / "bmass.yaml"
    with pytest.raises(SpecError, match=r"bmass\.yaml:21 model\.parameters\.sigma\.init: .*outside"):
        opened(spec, Changes(values={"model.parameters.sigma.init": 100.0}))
    with pytest.raises(SpecError, match=r"model\.parameters\.sigma\.limit: this key is not known here"):
        opened(spec, Changes(values={"model.parameters.sigma.limit": [1.0, 2.0]}))
    resolved = opened(spec, Changes(values={"model.parameters.sigma.init": 30.0}))
    assert {p.name: p.init for p in resolved.model.parameters}["sigma"] == 30.0
    fewer = opened(spec, Changes(values={"channels.bmass.data.selection": "mass > 5500"}))
    assert 0 < len(data_of(fewer)["bmass"]) < len(data_of(resolved)["bmass"])
