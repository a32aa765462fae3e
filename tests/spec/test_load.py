"""Tests of morefit_py.spec.load."""

import json
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morefit_py.errors import DataError, ModelError, SpecError
from morefit_py.graph.meaning import evaluate
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model
from morefit_py.model.nll import nll
from morefit_py.spec.load import load, spec_digest

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
REFERENCE = ROOT.parent / "shared" / "reference" / "specs"
ANSWERS = json.loads((REFERENCE / "answers.json").read_text()) if REFERENCE.is_dir() else {}


def initial_nll(model: Model, data: Dataset | dict[str, Dataset]) -> float:
    """The NLL at the start, by the NumPy meaning of its graph."""
    by_channel = data if isinstance(data, dict) else dict.fromkeys(model.channels, data)
    columns = {
        name: dict(held.columns) | ({} if held.weights is None else {"_weight": held.weights})
        for name, held in by_channel.items()
    }
    weighted = [name for name, held in by_channel.items() if held.weights is not None]
    at = {parameter.name: parameter.init for parameter in model.parameters}
    return float(evaluate([nll(model, weighted)], at, columns)[0])


@pytest.mark.skipif(not ANSWERS, reason="the reference specs are not beside the repository")
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_reference_specs_have_their_nll(name: str) -> None:
    if "root" in name:
        pytest.importorskip("uproot")
    model, data = load(REFERENCE / name)
    assert isinstance(data, Dataset)
    assert len(data) == ANSWERS[name].get("events", len(data))
    assert initial_nll(model, data) == pytest.approx(ANSWERS[name]["nll_initial"], rel=1e-9)


def test_b_mass() -> None:
    model, data = load(SPECS / "bmass.yaml")
    assert isinstance(data, Dataset)
    assert len(data) == 20073
    assert [parameter.name for parameter in model.parameters if not parameter.fixed] == [
        "n_sig", "n_bkg", "mu", "sigma", "slope",
    ]  # fmt: skip
    assert np.isfinite(initial_nll(model, data))


def test_two_channels() -> None:
    model, data = load(SPECS / "two_channels.yaml")
    assert isinstance(data, dict)
    assert list(data) == ["run1", "run2"]
    assert model.name == "Signal strength in two periods"
    assert np.isfinite(initial_nll(model, data))


def test_shipped_data_are_small() -> None:
    for file in SPECS.glob("*.parquet"):
        assert file.stat().st_size < 200_000


def test_json_is_read_as_well(folder: Path, base: str) -> None:
    (folder / "spec.json").write_text(json.dumps(yaml.safe_load(base), indent="\t"))
    assert len(load(str(folder / "spec.json"))[1]) == 100


def test_what_is_not_a_spec(folder: Path) -> None:
    with pytest.raises(SpecError, match="no such file"):
        load(folder / "nothing.yaml")
    with pytest.raises(SpecError, match="is a directory"):
        load(folder)
    with pytest.raises(SpecError, match=r"data.parquet:\d+ is not text"):
        load(folder / "data.parquet")


def test_digest_is_of_the_file_as_it_stands(folder: Path) -> None:
    (folder / "spec.yaml").write_bytes(b"a: 1\n")
    assert spec_digest(folder / "spec.yaml") == sha256(b"a: 1\n").hexdigest()
    with pytest.raises(SpecError, match="cannot be read"):
        spec_digest(folder / "nothing.yaml")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value below a value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


_REPLACEMENTS: list[Any] = [
    None, True, 0, -1, 1.5, 1e300, float("nan"), float("inf"), "", "x", "mu", "2*mu", "1/0", "exp(",
    "gaussian", [], [1], [0, 1], ["mu", "sigma"], {}, {"type": "gaussian"}, {"gaussian": [0, 1]}, [[[]]],
]  # fmt: skip


def mutate(text: str, choice: Callable[[list[Any]], Any]) -> str:
    """The text of a spec after one or two changes to anywhere in it."""
    spec = deepcopy(yaml.safe_load(text))
    for _ in range(choice([1, 2])):
        path = choice(list(places(spec)))
        holder = spec
        for part in path[:-1]:
            holder = holder[part]
        match choice(["delete", "replace", "rename", "repeat"]):
            case "delete":
                del holder[path[-1]]
            case "rename" if isinstance(holder, dict):
                holder[f"{path[-1]}x"] = holder.pop(path[-1])
            case "repeat" if isinstance(holder, list):
                holder.append(deepcopy(holder[path[-1]]))
            case _:
                holder[path[-1]] = deepcopy(choice(_REPLACEMENTS))
    return yaml.safe_dump(spec, sort_keys=False)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("which", ["base", "contract"])
def test_any_change_is_loaded_or_refused(
    folder: Path, base: str, contract: str, which: str, data: Any
) -> None:
    text = mutate(base if which == "base" else contract, lambda options: data.draw(st.sampled_from(options)))
    (folder / "spec.yaml").write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            load(folder / "spec.yaml")
        except (SpecError, DataError, ModelError) as refused:
            assert str(refused).startswith(str(folder / "spec.yaml"))  # noqa: PT017
