"""Specs as plain values, one for every density: what tests change, a value at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.discovery import fields_of
from morefit_py.spec.layout_pdf import values_of
from morefit_py.spec.lines import compose
from tests.pdfs.cases import ORDINARY, SEVERAL
from tests.pdfs.test_several_observables import CASES as OF_SEVERAL

Json = dict[str, Any]
EVENTS = 40

DENSITIES: dict[str, Density] = {case.density.type: case.density for case in ORDINARY}
DENSITIES |= {case.name: case.density for case in OF_SEVERAL if case.name in SEVERAL}


def text(document: Any) -> str:
    """A document as YAML with every value in a line of its own."""
    return json.dumps(document, indent=1).replace("NaN", ".nan").replace("Infinity", ".inf")


def document(density: Density) -> Json:
    """A spec of one density, its parameters as they stand in it, without limits."""
    found: dict[str, Observable] = {}
    pdf = section(density, found)
    parameters = {parameter.name: {"init": parameter.init} for parameter in density.parameters}
    return {
        "schema_version": "morefit_spec_v1",
        "model": {"parameters": parameters or {"unused": {"init": 0.0}}},
        "channels": [
            {
                "name": "SR",
                "data": {"file": "data.parquet"},
                "observables": [{"name": x.name, "bounds": [x.low, x.high]} for x in found.values()],
                "processes": [{"name": "all", "pdf": pdf}],
            }
        ],
    }


def section(density: Density, found: dict[str, Observable]) -> Json:
    """The `pdf` section of a density by its fields; observables are added to those `found`."""
    held: Json = {"type": density.type}
    several = sum(kind == "observable" for _, kind in fields_of(type(density))) > 1
    for name, kind in fields_of(type(density)):
        value = getattr(density, name)
        key = "observable" if kind == "observables" or (kind == "observable" and not several) else name
        held[key] = _plain(value, found)
    return held


def _plain(value: Any, found: dict[str, Observable]) -> Any:
    match value:
        case tuple():
            return [_plain(each, found) for each in value]
        case Observable():
            found[value.name] = value
            return value.name
        case Parameter():
            return value.name
        case Node():
            return str(value).replace("^", "**")
        case Density():
            return section(value, found)
        case _:
            return value


def by_params(density: Density) -> Json:
    """The same with the values in order."""
    found = document(density)
    pdf = found["channels"][0]["processes"][0]["pdf"]
    values = []
    for name, kind in values_of(type(density)):
        held = pdf.pop(name)
        values += held if kind == "values" else [held]
    pdf["params"] = values
    return found


def write_data(path: Path, document: Json) -> None:
    """Events that fill the bounds of every observable of every channel."""
    columns = {}
    for channel in document["channels"]:
        for i, x in enumerate(channel["observables"]):
            low, high = x["bounds"]
            u = (np.arange(EVENTS) + 0.5) / EVENTS
            columns[x["name"]] = low + (high - low) * np.random.default_rng(i).permutation(u)
    pq.write_table(pa.table(columns), path)


def every_key(name: str = "every_key") -> Json:
    """The spec of this folder in which every section stands with every key, as plain values."""
    path = Path(__file__).parent / f"{name}.yaml"
    held = compose(path.read_text(encoding="utf-8"), path.name).data
    assert isinstance(held, dict)
    return held


def write_named_data(folder: Path) -> None:
    """The files that the specs of `every_key` name."""
    u = (np.arange(EVENTS) + 0.5) / EVENTS
    columns: dict[str, Any] = {"x": 10.0 * u, "w": 0.5 + u}
    columns["_channel"] = ["SR", "CR"] * (EVENTS // 2)
    pq.write_table(pa.table(columns), folder / "data.parquet")
    del columns["_channel"]
    columns |= {"up": 1.0 + 0.1 * u, "down": 1.0 - 0.1 * u, "x_up": 10 * u**0.9, "x_down": 10 * u**1.1}
    pq.write_table(pa.table(columns), folder / "mc.parquet")
