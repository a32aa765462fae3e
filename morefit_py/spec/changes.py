"""Values put in place of a spec's own, before it is validated: other data, other starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from morefit_py.errors import SpecError, nearest
from morefit_py.spec.lines import Document, Part, PathParts, path_text
from morefit_py.spec.validate import shown

FILE = "file"


@dataclass(frozen=True)
class Changes:
    """Data files by channel, "" being the only one, and values by their path in the spec.

    A path is that of messages, `channels[0].data.selection`; entries of lists that have names may be called
    by them, `channels.signal.data.selection`, whether parameters are a list or a mapping.
    """

    data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.data or self.values)


def changed(document: Document, changes: Changes) -> Document:
    """The document with the changes made; what they make of it is validated as if it had been written.

    Raises SpecError with all paths and channels that the document does not have.
    """
    problems: list[str] = []
    for name, files in changes.data.items():
        try:
            path = _data_path(document, name)
            document = _replaced(document, path, list(files) if len(files) > 1 else files[0])
        except SpecError as problem:
            problems.append(str(problem))
    for text, value in changes.values.items():
        try:
            document = _replaced(document, _found(document, text), value)
        except SpecError as problem:
            problems.append(str(problem))
    if problems:
        raise SpecError("\n".join(problems))
    return document


def names_file(path: str, value: Any) -> bool:
    """Whether a change by path touches the name of a file, which only `data` may."""
    waiting = [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict):
            if FILE in held:
                return True
            waiting += held.values()
        elif isinstance(held, list):
            waiting += held
    return FILE in _parts(path)


def _data_path(document: Document, name: str) -> PathParts:
    channels = document.data.get("channels") if isinstance(document.data, dict) else None
    if not isinstance(channels, list) or not channels:
        raise SpecError(f"{document.where(())}: has no channels whose data could be others")
    named = [channel.get("name") if isinstance(channel, dict) else None for channel in channels]
    if name == "" and len(channels) > 1:
        known = ", ".join(map(str, named))
        raise SpecError(f"{document.where(('channels',))}: has channels {known}; give their data by name")
    if name != "" and name not in named:
        known_names = [each for each in named if isinstance(each, str)]
        raise SpecError(
            f"{document.where(('channels',))}: there is no channel {name!r}{nearest(name, known_names)}"
        )
    return _found(document, f"channels[{0 if name == '' else named.index(name)}].data.{FILE}")


def _parts(text: str) -> list[Part]:
    found: list[Part] = []
    for word in text.split("."):
        name, *indices = word.split("[")
        if name:
            found.append(name)
        for index in indices:
            number = index.removesuffix("]")
            found.append(int(number) if index.endswith("]") and number.isdecimal() else index)
    return found


def _found(document: Document, text: str) -> PathParts:
    """The path a text names: all of it is there, but perhaps its last key."""
    parts, found = _parts(text), list[Part]()
    here = document.data
    for k, part in enumerate(parts):
        where = f"{document.where(found)}: {text!r}"
        if isinstance(here, dict):
            if not isinstance(part, str) or (part not in here and k + 1 < len(parts)):
                raise SpecError(f"{where} names {part!r}, which is not there{nearest(str(part), here)}")
            found.append(part)
            here = here.get(part)
        elif isinstance(here, list):
            index = _index(here, part)
            if index is None:
                names = [held["name"] for held in here if isinstance(held, dict) and "name" in held]
                hint = nearest(str(part), map(str, names))
                raise SpecError(f"{where} names {part!r}, which is not in the list{hint}")
            found.append(index)
            here = here[index]
        else:
            raise SpecError(f"{where} goes on below {path_text(found)}, which is {shown(here)}")
    if not found:
        raise SpecError(f"{document.name}: {text!r} is no path of a value, such as model.parameters.mu.init")
    return tuple(found)


def _index(held: Sequence[Any], part: Part) -> int | None:
    if isinstance(part, int):
        return part if part < len(held) else None
    for k, entry in enumerate(held):
        if isinstance(entry, dict) and entry.get("name") == part:
            return k
    return None


def _replaced(document: Document, path: PathParts, value: Any) -> Document:
    """The document with a value at a path whose containers exist.

    They are copied: what an alias of YAML shares with other places stays as it is there.
    """
    lines = dict(document.lines)
    _, line = document.locate(path)
    root: Any = None
    above: Any = None
    here = document.data
    for k, part in enumerate(path):
        copied: Any = dict(here) if isinstance(here, dict) else list(here)
        lines[id(copied)] = dict(document.lines.get(id(here), {}))
        if above is None:
            root = copied
        else:
            above[path[k - 1]] = copied
        above, here = copied, here[part] if k + 1 < len(path) else None
    above[path[-1]] = value
    lines[id(above)][path[-1]] = line
    waiting = [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict | list):
            inside = held if isinstance(held, dict) else range(len(held))
            lines[id(held)] = dict.fromkeys(inside, line)
            waiting += held.values() if isinstance(held, dict) else held
    return Document(document.name, root, lines)
