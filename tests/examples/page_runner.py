"""Runs the Python blocks of a page one after the other and prints, as JSON, what each prints or raises."""

from __future__ import annotations

import io
import json
import re
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main(page: Path) -> None:
    warnings.simplefilter("error")
    names: dict[str, object] = {}
    printed = []
    for number, code in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
        held = io.StringIO()
        with redirect_stdout(held):
            try:
                exec(compile(code, f"{page.name}, block {number}", "exec"), names)  # noqa: S102
            except Exception as problem:
                print(f"{type(problem).__name__}: {problem}")
        printed.append(held.getvalue())
    print(json.dumps(printed))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
