"""Tests of morefit_py.spec.lines."""

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from morefit_py.errors import SpecError
from morefit_py.spec.lines import MAX_DEPTH, Document, compose, path_text, read


def data(text: str) -> Any:
    return compose(text, "spec.yaml").data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-17", -17),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-2.5E-3", -0.0025),
        ("-.inf", -math.inf),
        ("9" * 400, math.inf),
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-01-01", "2026-01-01"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("~", None),
        ("null", None),
        ("", None),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: Any) -> None:
    found = data(f"key: {text}")["key"]
    assert found == value
    assert type(found) is type(value)


def test_lines_of_values() -> None:
    document = compose("a: 1\nb:\n  - c: 2\n    d: [3,\n      4]\n", "spec.yaml")
    assert document.data == {"a": 1, "b": [{"c": 2, "d": [3, 4]}]}
    lines = {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 0, "d"): 4, ("b", 0, "d", 1): 5}
    assert {path: document.locate(path)[1] for path in lines} == lines
    assert document.where(("b", 0, "d", 1)) == "spec.yaml:5 b[0].d[1]"


def test_words_that_are_no_keys_are_left_out() -> None:
    document = compose("a:\n  b: 1\n", "spec.yaml")
    assert document.locate(("a", "<tag>", "b", "c")) == (("a", "b"), 2)
    assert document.where(("a", "missing")) == "spec.yaml:1 a"
    assert document.where(()) == "spec.yaml:1"


def test_paths_as_text() -> None:
    assert path_text(("channels", 0, "processes", 1, "pdf")) == "channels[0].processes[1].pdf"
    assert path_text(()) == ""


def test_anchors_and_merges() -> None:
    document = compose("a: &a {x: 1, y: 2}\nb: *a\nc:\n  <<: *a\n  y: 3\nd:\n  <<: [{z: 1}, *a]\n", "s")
    assert document.data["b"] == {"x": 1, "y": 2}
    assert document.data["c"] == {"x": 1, "y": 3}
    assert document.data["d"] == {"z": 1, "x": 1, "y": 2}
    assert document.where(("c", "x")) == "s:1 c.x"


def test_json_with_tabs() -> None:
    document = compose('{\n\t"a": 1,\n\t"b": [true, null, "x\\u00e9"]\n}', "spec.json")
    assert document.data == {"a": 1, "b": [True, None, "xé"]}
    assert document.locate(("b", 2))[1] == 3


BOMB = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "spec.yaml:3 the key 'a' stands twice, first in line 1"),
        ("a:\n  b: 1\n  b: 2", "spec.yaml:3 the key 'b' stands twice, first in line 2"),
        ("a: 1\nb: !!python/object:os.system x", "spec.yaml:2 the YAML tag .* is not allowed"),
        ("a: !!python/object/apply:os.system [x]", "spec.yaml:1 the YAML tag .* is not allowed"),
        ("a: !own {}", "spec.yaml:1 the YAML tag '!own' is not allowed"),
        ("a: 1\n---\nb: 2", "spec.yaml:2 a second document"),
        ("a: [1,\nb: 2", "spec.yaml:3 is not valid YAML: did not find expected"),
        ("a:\n\t- 1", "spec.yaml:2 is not valid YAML: found character"),
        ("a: 1\n\0", "spec.yaml:2 is not valid YAML: control characters"),
        ("? [1, 2]\n: 3", "spec.yaml:1 a mapping or list cannot be a key"),
        ("a: &x b\n? *x\n: 3", "spec.yaml:2 an alias cannot be a key"),
        ("a: *nothing", "spec.yaml:1 the alias .nothing has no anchor"),
        ("a: &a [*a]", "spec.yaml:1 the alias .a has no anchor"),
        ("a:\n  <<: 3", "spec.yaml:2 << merges mappings only"),
        ("", "spec.yaml:1 is empty"),
        ("# only a comment\n", "spec.yaml:1 is empty"),
        ("[" * 100 + "]" * 100, f"nested more than {MAX_DEPTH} levels"),
        ("[" * 100_000, "nested more than"),
        (BOMB, "spec.yaml:[0-9]+ more than 500000 values"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        compose(text, "spec.yaml")


def test_files(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(file).data == {"a": 1}
    file.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(SpecError, match=r"spec.yaml:2 is not text in UTF-8"):
        read(file)
    file.write_bytes(b"#" * 16_000_001)
    with pytest.raises(SpecError, match="too many for a spec"):
        read(file)
    with pytest.raises(SpecError, match=r"sepc\.yaml: no such file; did you mean 'spec\.yaml'\?"):
        read(tmp_path / "sepc.yaml")
    with pytest.raises(SpecError, match=r"no such file$"):
        read(tmp_path / "folder" / "nothing.yaml")
    with pytest.raises(SpecError, match="is a directory"):
        read(tmp_path)
    with pytest.raises(SpecError, match="cannot be read"):
        read(tmp_path / "a\0b")


_keys = st.text("abcdef_- ", min_size=1, max_size=5).filter(lambda key: key.strip() == key)
_leaf = st.integers(-(10**9), 10**9) | st.booleans() | st.none() | st.text("abc :#'\"\n[]{}é", max_size=8)
_values = st.recursive(
    _leaf | st.floats(-1e6, 1e6, width=32),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(_keys, _values, min_size=1), st.booleans())
def test_what_yaml_writes_is_read_back(value: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    document = compose(text, "spec.yaml")
    assert document.data == value
    every_value_has_a_line(document, document.data)


def every_value_has_a_line(document: Document, value: Any) -> None:
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        assert document.lines[id(value)].keys() == set(keys)
        for key in keys:
            every_value_has_a_line(document, value[key])


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        compose(text, "spec.yaml")
    except SpecError as refused:
        assert str(refused).startswith("spec.yaml:")  # noqa: PT017


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["a", ": ", "- ", "\n", "  ", "&x ", "*x", "<<: ", "{", "}", "[", "]", ",", "!t ", "'"]
        )
    )
)
def test_any_tokens_are_read_or_refused(parts: list[str]) -> None:
    test_any_text_is_read_or_refused.hypothesis.inner_test("".join(parts))  # type: ignore[attr-defined]
