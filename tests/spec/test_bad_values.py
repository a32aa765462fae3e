"""Bad values for every key that a spec may have: each is an error with file, line, path and remedy.

The keys are those of the sections as Pydantic knows them, so that a new one is tested by existing: a section
that stands in no spec here fails the first test, and keys that a section leaves out are added to it.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from morefit_py.errors import MorefitError
from morefit_py.likelihood.likelihood import checked
from morefit_py.spec import layout_v0, layout_v1
from morefit_py.spec.layout_pdf import has_params
from morefit_py.spec.lines import Part, PathParts, compose, path_text
from morefit_py.spec.resolve import resolve
from morefit_py.spec.schema import schema
from morefit_py.spec.section import Section
from morefit_py.spec.sources import read
from morefit_py.spec.validate import validate
from tests.spec.documents import (
    DENSITIES,
    Json,
    by_params,
    document,
    every_key,
    text,
    write_data,
    write_named_data,
)

pytestmark = pytest.mark.filterwarnings("ignore::morefit_py.errors.MorefitWarning")

NAMED = ("every_key", "every_key_contract")
PDF: PathParts = ("channels", 0, "processes", 0, "pdf")
# Texts that may say anything.
FREE = {"$schema", "title", "notes", "unit", "latex", "text"}
# Lists and mappings that may be empty, or have any length.
SAMPLES: tuple[Any, ...] = (None, True, "text", 0.5, [], {}, [[]], [None], {"no_such_key": 1})
UNKNOWN = ("no_such_thing", "2 * no_such_thing", "2 *", "  ")
EXTREMES = (0.0, -1.0, -2.5, 1e17, 1e300, -1e300, 1e-320)
Fragment = dict[str, Any]
PLACE = re.compile(r"spec\.yaml:(?P<line>\d+) (?P<path>\S+): ")


def problem(found: Json, folder: Path, fit: bool = False) -> str | None:
    """What is wrong with a spec; None if nothing is. `fit` does all that comes before a compiler."""
    held = compose(text(found), "spec.yaml")
    try:
        resolved = resolve(held, validate(held), folder)
        data = {request.channel: read(request) for request in resolved.requests}
        if fit:
            checked(resolved.model, {channel: data[channel] for channel in resolved.model.channels})
    except MorefitError as error:
        return str(error)
    return None


def put(found: Json, path: PathParts, value: Any) -> Json:
    changed = copy.deepcopy(found)
    here: Any = changed
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return changed


def without(found: Json, path: PathParts) -> Json:
    changed = copy.deepcopy(found)
    here: Any = changed
    for part in path[:-1]:
        here = here[part]
    del here[path[-1]]
    return changed


def at(found: Any, path: PathParts) -> Any:
    for part in path:
        found = found[part]
    return found


def sections(held: Any, path: PathParts = ()) -> Iterator[tuple[PathParts, Section]]:
    """Every section of a validated spec, with its path."""
    if isinstance(held, Section):
        yield path, held
        for name, field in type(held).model_fields.items():
            yield from sections(getattr(held, name), (*path, field.alias or name))
    elif isinstance(held, list):
        for i, each in enumerate(held):
            yield from sections(each, (*path, i))
    elif isinstance(held, dict):
        for key, each in held.items():
            yield from sections(each, (*path, key))


def spec_of(found: Json) -> Any:
    return validate(compose(text(found), "spec.yaml"))


@cache
def _definitions() -> Fragment:
    found: Fragment = schema()["$defs"]
    return found


def _schema(section: type[Section], key: str) -> Fragment:
    """The JSON schema of a key, which is found by the section's name, or by its module and name."""
    full = f"{section.__module__}.{section.__name__}".replace(".", "__")
    held = _definitions().get(section.__name__) or _definitions()[full]
    found: Fragment = held["properties"][key]
    return found


def kinds(fragment: Fragment, root: Fragment) -> set[str]:
    """The JSON types that a schema allows."""
    if "$ref" in fragment:
        return {"object"}
    for key in ("oneOf", "anyOf"):
        if key in fragment:
            return {kind for part in fragment[key] for kind in kinds(part, root)}
    if "enum" in fragment or "const" in fragment:
        return {"enum"}
    return {fragment["type"]}


def kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {
        type(None): "null",
        str: "string",
        float: "number",
        int: "integer",
        list: "array",
        dict: "object",
    }
    return names[type(value)]


def fits(value: Any, allowed: set[str]) -> bool:
    """Whether a value is of an allowed type."""
    return kind_of(value) in allowed or (kind_of(value) == "integer" and "number" in allowed)


def parts(fragment: Fragment) -> Iterator[Fragment]:
    """A schema, or those it is a choice of."""
    for key in ("oneOf", "anyOf"):
        if key in fragment:
            for part in fragment[key]:
                yield from parts(part)
            return
    yield fragment


def bad_values(key: Part, fragment: Fragment, value: Any) -> Iterator[Any]:
    """Values that a key cannot have, by its schema."""
    allowed = kinds(fragment, fragment)
    yield from (sample for sample in SAMPLES if not fits(sample, allowed))
    if "number" in allowed:
        yield math.nan
        if key not in ("limits", "bounds"):
            yield from (math.inf, -math.inf)
    if "integer" in allowed:
        yield from (0, -3, 2.5, 10**19)
    if "string" in allowed and key not in FREE:
        yield ""
        yield from ("  ", " a", "a\nb") if key == "name" else UNKNOWN
    if "enum" in allowed:
        yield "no_such_choice"
    for part in parts(fragment):
        yield from (part[limit] for limit in ("exclusiveMinimum",) if limit in part)
        yield from (part[limit] - 1 for limit in ("minimum", "exclusiveMinimum") if limit in part)
        if part.get("minItems"):
            yield []
        if "maxItems" in part and value:
            yield [*value, value[-1]]
            yield value[:-1]
        if isinstance(value, list) and value and "number" in kinds(part.get("items", {"type": ""}), part):
            yield [*value[:-1], math.nan]
            yield [None, *value[1:]]


def changes(found: Json, within: PathParts = ()) -> Iterator[tuple[PathParts, Any]]:
    """Every bad value for every key of the sections within a path, with the path of the key."""
    for path, section in sections(spec_of(found)):
        if path[: len(within)] != within:
            continue
        written = at(found, path)
        for name, field in type(section).model_fields.items():
            key = field.alias or name
            fragment = _schema(type(section), key)
            value = written.get(key)
            yield from (((*path, key), bad) for bad in bad_values(key, fragment, value))
            if isinstance(value, list) and value and not isinstance(value[0], dict | list):
                for part in parts(fragment):
                    if part.get("type") == "array":
                        bad = bad_values(key, part["items"], value[0])
                        yield from (((*path, key, 0), each) for each in bad)


def refused(message: str | None, found: Json, path: PathParts) -> bool:
    """Whether an error names the file, line and path of a value, or of its section with the value's key."""
    held = compose(text(found), "spec.yaml")
    section, key = held.where(path[:-1]), str(path[-1])
    first, shown = held.locate(path)[1], path_text(path)
    for line in (message or "").splitlines():
        place = PLACE.match(line)
        # An element of the value stands in a later line.
        if place is not None and place["path"].startswith(shown) and int(place["line"]) >= first:
            return True
        if line.startswith(f"{section}: ") and key in line:
            return True
    return False


def accepted(found: Json, within: PathParts, folder: Path) -> Iterator[tuple[str, Any, str | None]]:
    """Bad values that are not refused where they stand: their path, the value, and what is said."""
    for path, bad in changes(found, within):
        changed = put(found, path, bad)
        message = problem(changed, folder)
        if not refused(message, changed, path):
            yield path_text(path), bad, message


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("named")
    write_named_data(path)
    return path


def every_section(cls: type[Section] = Section) -> Iterator[type[Section]]:
    for sub in cls.__subclasses__():
        if sub.__module__.startswith("morefit_py.spec.") and not sub.__name__.startswith("_"):
            yield sub
        yield from every_section(sub)


def test_every_section_is_tested() -> None:
    documents = [every_key(name) for name in NAMED]
    documents += [document(density) for density in DENSITIES.values()]
    documents += [by_params(density) for density in DENSITIES.values() if has_params(type(density))]
    seen = {type(section) for found in documents for _, section in sections(spec_of(found))}
    assert {layout_v0.Spec, layout_v1.Spec} <= seen
    bases = {base.__qualname__ for section in seen for base in section.__mro__}
    assert {section.__qualname__ for section in every_section()} - bases == set()


@pytest.mark.parametrize("name", NAMED)
def test_values_that_no_schema_allows(name: str, folder: Path) -> None:
    found = every_key(name)
    assert problem(found, folder, fit=True) is None
    assert list(accepted(found, (), folder)) == []


@pytest.mark.parametrize("kind", DENSITIES)
def test_values_that_no_density_allows(kind: str, tmp_path: Path) -> None:
    density = DENSITIES[kind]
    forms = [document(density)] + ([by_params(density)] if has_params(type(density)) else [])
    write_data(tmp_path / "data.parquet", forms[0])
    for found in forms:
        assert problem(found, tmp_path) is None
        assert list(accepted(found, PDF, tmp_path)) == []


@pytest.mark.parametrize("name", NAMED)
def test_keys_that_are_not_there(name: str, folder: Path) -> None:
    """A key with a typing error has a hint, a key that is missing is named."""
    found = every_key(name)
    for path, section in sections(spec_of(found)):
        for field, info in type(section).model_fields.items():
            key = info.alias or field
            if key not in at(found, path):
                continue
            misspelt = put(without(found, (*path, key)), (*path, f"{key}x"), at(found, (*path, key)))
            message = problem(misspelt, folder) or ""
            told = message if key in ("schema_version", "type") else f"did you mean {key!r}?"
            assert told in message, (path, key, message)
            missing = without(found, (*path, key))
            where = compose(text(missing), "spec.yaml").where(path)
            message = problem(missing, folder) or ""
            # Without `params` a density is written by its fields.
            if info.is_required() and key != "params":
                assert f"{where}: the key {key!r} is missing; add" in message, (path, key, message)
            elif message:
                assert PLACE.match(message), message


@pytest.mark.parametrize("kind", DENSITIES)
def test_values_outside_a_domain(kind: str, tmp_path: Path) -> None:
    """As a number, at the start of a parameter, and at its lower limit."""
    density = DENSITIES[kind]
    found = document(density)
    write_data(tmp_path / "data.parquet", found)
    for name, domain in type(density).domains.items():
        held = at(found, (*PDF, name))
        path: PathParts = (*PDF, name, 0) if isinstance(held, list) else (*PDF, name)
        if held == []:
            continue
        outside = domain.low - 1.0 if domain.closed else domain.low
        changed = put(found, path, outside)
        assert refused(problem(changed, tmp_path), changed, path), (name, outside)
        changed = put(put(found, path, "spare"), ("model", "parameters", "spare"), {"init": outside})
        assert refused(problem(changed, tmp_path), changed, path), (name, "start")
        limits = [domain.low - 1.0, domain.low + 2.0]
        spare = {"init": domain.low + 1.0, "limits": limits}
        changed = put(put(found, path, "spare"), ("model", "parameters", "spare"), spare)
        assert refused(problem(changed, tmp_path), changed, path), (name, "limit")


# A convolution integrates before it knows whether there is anything to integrate.
@pytest.mark.parametrize("kind", [kind for kind in DENSITIES if kind != "convolution"])
def test_extreme_values_are_refused_with_their_place_or_fitted(kind: str, tmp_path: Path) -> None:
    density = DENSITIES[kind]
    found = document(density)
    write_data(tmp_path / "data.parquet", found)
    for path in numbers(at(found, PDF), PDF):
        for value in EXTREMES:
            message = problem(put(found, path, value), tmp_path, fit=True)
            assert message is None or PLACE.match(message) or "data.parquet: " in message, (
                path,
                value,
                message,
            )


def numbers(held: Any, path: PathParts) -> Iterator[PathParts]:
    """The places of the numbers and parameters of a density; of a list the first one only."""
    if isinstance(held, dict):
        for key, each in held.items():
            if key not in ("type", "observable"):
                yield from numbers(each, (*path, key))
    elif isinstance(held, list):
        for each in held[:1]:
            yield from numbers(each, (*path, 0))
    elif isinstance(held, float | int | str):
        yield path


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("channels", 1, "name"), "SR", "the channel 'SR' is there already; rename one"),
        (("channels", 0, "processes", 1, "name"), "signal", "the process 'signal' is there already"),
        (("model", "expressions", "mu"), "2*n_bkg", "'mu' is the name of a parameter already"),
        (("channels", 0, "data", "file"), ["data.parquet"] * 2, "is named twice"),
        (("model", "constraints", 0, "quantity"), 5, "no parameter is in it"),
        (("model", "constraints", 4, "expression"), "1 + 1", "no parameter is in it"),
        (
            ("model", "constraints", 1, "quantity"),
            "2*alpha",
            "it is a hidden value at the start; it must be > 0",
        ),
        (("model", "constraints", 2, "quantity"), "n_sig - 60", "it is a hidden value at the start"),
        (("model", "constraints", 0, "sigma"), 1e-320, "its term is a hidden value at the start"),
        (("model", "parameters", "share", "limits"), [-1, 1], "the lower limit -1 lets it become negative"),
        (("model", "constraints", 3, "covariance"), [[1, 2], [2, 1]], "is not positive definite"),
        (("model", "constraints", 3, "covariance"), [[1, 0], [1, 1]], "is not symmetric"),
        (("model", "parameters", "mu", "limits"), [8, 2], "are not low <= high"),
        (("model", "parameters", "mu", "limits"), [6, 8], "lies outside its limits"),
        (("channels", 0, "processes", 2, "pdf", "bin_edges"), [0, 5, 2, 10], "do not ascend"),
        (
            ("channels", 0, "processes", 2, "pdf", "bin_edges"),
            [0, 2, 5, 9],
            "must begin and end at the bounds",
        ),
        (("channels", 0, "processes", 2, "pdf", "bin_edges"), [0, 1e-320, 10], "is not finite"),
        (("channels", 0, "data", "file"), "f" * 5000, "is no name of a file"),
        (("channels", 0, "data", "selection"), "x > 11", "no row of 20 passes the selection"),
        (("channels", 0, "data", "weight"), "0*w", "all weights are zero"),
        (("channels", 0, "data", "weight"), "w/0", "are NaN or infinite"),
        (("channels", 0, "data", "channel"), "XR", "no row has _channel 'XR'"),
        (("channels", 0, "observables", 0, "bounds"), [10, 0], "low < high"),
        (("channels", 0, "observables", 0, "bounds"), [0, math.inf], "has no finite bounds"),
        (("channels", 1, "processes", 0, "fraction"), 1.5, "makes the sum exceed 1 at the start"),
        (("channels", 1, "processes", 0, "fraction"), -0.5, "fractions are >= 0"),
    ],
)
def test_what_contradicts_the_rest(path: PathParts, value: Any, message: str, folder: Path) -> None:
    found = problem(put(every_key(), path, value), folder) or ""
    assert message in found
    assert all(PLACE.match(line) for line in found.splitlines() if line.startswith("spec.yaml"))


def test_no_message_tells_a_hidden_offset(folder: Path) -> None:
    """The start of a blinded parameter, less its offset, would give the offset away."""
    found = put(every_key(), ("model", "parameters", "sigma", "blind", "scale"), 50.0)
    message = problem(found, folder) or ""
    assert "sigma is a hidden value at the start; it must be > 0" in message
    found = put(every_key(), ("model", "constraints", 1, "quantity"), "sigma - 3")
    place = "model.constraints[1]"
    assert f"{place}: it is a hidden value at the start; it must be > 0" in (problem(found, folder) or "")
