"""One process that imports the package, compiles the B-mass fit and fits, and says how long each took.

Nothing may be imported here before the clock starts, hence the imports inside.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any


def measure(source: str) -> dict[str, float]:
    """Seconds of each stage for a spec (`*.yaml`) or for the Python model on saved events (`*.npy`)."""
    marks: dict[str, float] = {}
    begin = last = perf_counter()
    used = processor_time()

    def mark(stage: str) -> None:
        nonlocal last, used
        now, spent = perf_counter(), processor_time()
        marks[stage], marks[f"{stage}, processor"] = now - last, spent - used
        last, used = now, spent

    import morefit_py as mf

    mark("import")
    if source:
        _load_modules()
        mark("modules")
        model, data = mf.load(source) if source.endswith(".yaml") else _from_python(source, mark)
        mark("load")
        fit = mf.compile(model, data)
        mark("compile")
        result = fit.minimise()
        mark("fit")
        if not result.valid:
            raise AssertionError(f"the fit is not valid: {result.reasons}")
    return {**marks, "total": perf_counter() - begin}


def _load_modules() -> None:
    """What the fit uses of the package and of others, which load when they are first used."""
    from importlib import import_module

    import morefit_py as mf

    mf.pdfs.registry()
    for name in ("load", "compile"):
        getattr(mf, name)
    for name in ("morefit_py.backends.c", "morefit_py.model.files.read_parquet", "scipy.special"):
        import_module(name)


def processor_time() -> float:
    """Seconds of processor time of this process and of those it waited for, the compiler above all."""
    return sum(os.times()[:4])


def _from_python(source: str, mark: Callable[[str], None]) -> tuple[Any, Any]:
    import numpy as np

    from benchmarks.models import B_MASS

    data = np.load(source)
    # The harness itself is not what is measured.
    mark("harness")
    return B_MASS.model(len(data)), {"mass": data}


def main() -> None:
    found = measure(sys.argv[1] if len(sys.argv) > 1 else "")
    import json

    print(json.dumps(found))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
