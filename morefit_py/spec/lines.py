"""YAML (and JSON) as plain values, with the line of every one.

Built from parser events with an own stack, so that no nesting is too deep for Python; scalars follow
the core schema of YAML 1.2: `1e3` is a number, `no` and `on` are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from morefit_py.errors import SpecError, nearest

Part: TypeAlias = str | int
PathParts: TypeAlias = tuple[Part, ...]

_SUFFIXES = (".yaml", ".yml", ".json")
MAX_BYTES = 16_000_000
MAX_VALUES = 500_000
MAX_DEPTH = 60

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}


@dataclass(frozen=True)
class Document:
    """The values of a file, and the lines of the entries of each mapping and list, by its id."""

    name: str
    data: Any
    lines: dict[int, dict[Part, int]] = field(repr=False)

    def locate(self, path: Sequence[Part]) -> tuple[PathParts, int]:
        """The part of a path that exists, without words that are no keys, and the line of its value."""
        found: list[Part] = []
        here, line = self.data, 1
        for part in path:
            entries = self.lines.get(id(here), {}) if isinstance(here, dict | list) else {}
            if part in entries:
                found.append(part)
                line = entries[part]
                here = here[part]
        return tuple(found), line

    def where(self, path: Sequence[Part], exactly: bool = False) -> str:
        """`file:line path.to.value`, of the part of the path that exists or, `exactly`, of all of it."""
        found, line = self.locate(path)
        shown = path_text(path if exactly else found)
        return f"{self.name}:{line} {shown}".rstrip()


def path_text(path: Iterable[Part]) -> str:
    """A path as text: ("channels", 0, "name") is `channels[0].name`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path) -> Document:
    """The values of a YAML or JSON file; raises SpecError where it cannot be read as one."""
    try:
        if path.is_dir():
            raise SpecError(f"{path}: is a directory; give the path of a spec file")
        content = path.read_bytes()
    except FileNotFoundError:
        specs = [item.name for item in path.parent.glob("*") if item.suffix in _SUFFIXES]
        raise SpecError(f"{path}: no such file{nearest(path.name, specs)}") from None
    except (OSError, ValueError) as problem:
        raise SpecError(f"{path}: cannot be read ({problem})") from None
    if len(content) > MAX_BYTES:
        raise SpecError(f"{path}: {len(content)} bytes are too many for a spec; keep data in their own file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise SpecError(f"{path}:{line} is not text in UTF-8; a spec is a YAML or JSON file") from None
    return compose(text, str(path))


def compose(text: str, name: str) -> Document:
    """The values of a text; raises SpecError, with the line, where it is not one plain YAML document."""
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = text.count("\n", 0, getattr(problem, "position", 0)) if mark is None else mark.line
        what = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "unreadable"
        raise SpecError(f"{name}:{line + 1} is not valid YAML: {what}") from None
    if not builder.documents or builder.root is None:
        raise SpecError(f"{name}:1 is empty; a spec begins with schema_version: morefit_spec_v1")
    return Document(name, builder.root, builder.lines)


@dataclass
class _Frame:
    """A mapping or list that is still open."""

    container: dict[str, Any] | list[Any]
    line: int
    anchor: str | None
    size: int = 1
    key: str | None = None
    merges: list[tuple[int, Any]] = field(default_factory=list)


class _Builder:
    """Puts values together from events, and notes where they stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.documents = 0
        self.lines: dict[int, dict[Part, int]] = {}
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}

    def error(self, line: int, what: str) -> SpecError:
        return SpecError(f"{self.name}:{line + 1} {what}")

    def take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None
        line = event.start_mark.line
        if isinstance(event, yaml.ScalarEvent):
            self._check_tag(event, line)
            if self._expects_key():
                self._key(event, line)
            else:
                value = _scalar(event.value) if event.implicit[0] else event.value
                self._add(value, line, 1, event.anchor)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._check_tag(event, line)
            if self._expects_key():
                raise self.error(line, "a mapping or list cannot be a key")
            if len(self.stack) >= MAX_DEPTH:
                raise self.error(line, f"is nested more than {MAX_DEPTH} levels deep")
            container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.lines[id(container)] = {}
            self.stack.append(_Frame(container, line, event.anchor))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            frame = self.stack.pop()
            self._merge(frame)
            self._add(frame.container, frame.line, frame.size, frame.anchor)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self.error(line, f"the alias *{event.anchor} has no anchor before it")
            if self._expects_key():
                raise self.error(line, "an alias cannot be a key")
            value, size = self.anchors[event.anchor]
            self._add(value, line, size, None)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.error(line, "a second document begins; a spec is one document")

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].container, dict) and self.stack[-1].key is None

    def _check_tag(self, event: Any, line: int) -> None:
        if event.tag is not None:
            raise self.error(line, f"the YAML tag {event.tag!r} is not allowed; write plain values")

    def _key(self, event: yaml.ScalarEvent, line: int) -> None:
        frame = self.stack[-1]
        entries = self.lines[id(frame.container)]
        if event.value in entries:
            raise self.error(
                line,
                f"the key {event.value!r} stands twice, first in line {entries[event.value]}; remove one",
            )
        frame.key = event.value
        entries[event.value] = line + 1

    def _add(self, value: Any, line: int, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        frame.size += size
        if frame.size > MAX_VALUES:
            raise self.error(line, f"more than {MAX_VALUES} values, aliases counted; a spec is smaller")
        if isinstance(frame.container, list):
            self.lines[id(frame.container)][len(frame.container)] = line + 1
            frame.container.append(value)
        elif frame.key == "<<":
            del self.lines[id(frame.container)]["<<"]
            frame.merges.append((line, value))
            frame.key = None
        else:
            assert frame.key is not None
            frame.container[frame.key] = value
            frame.key = None

    def _merge(self, frame: _Frame) -> None:
        """Entries that `<<` takes over from other mappings; own entries win, then earlier ones."""
        for line, value in frame.merges:
            for source in value if isinstance(value, list) else [value]:
                if not isinstance(source, dict) or not isinstance(frame.container, dict):
                    raise self.error(line, "<< merges mappings only")
                entries = self.lines[id(frame.container)]
                for key, held in source.items():
                    if key not in frame.container:
                        frame.container[key] = held
                        entries[key] = self.lines[id(source)][key]


def _scalar(text: str) -> Any:
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
