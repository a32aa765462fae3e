"""Many processes that start the same fit at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROCESSES = 20
SCRIPT = """
import sys
import morefit_py as mf

model, data = mf.load(sys.argv[1])
fit = mf.compile(model, data)
result = fit.minimise()
kernel = fit.likelihood.executable
print(result.valid, kernel.from_cache, kernel.cache_key, result.nll.hex())
"""


def test_twenty_at_once_on_an_empty_cache_share_one_compilation(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    folder.mkdir(mode=0o700)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(ROOT / "specs" / "bmass.yaml")],
            env=os.environ | {"MOREFIT_CACHE_DIR": str(folder)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    told = []
    for process in started:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        told.append(out.split())
    assert {line[0] for line in told} == {"True"}
    assert sum(line[1] == "False" for line in told) == 1
    assert len({(line[2], line[3]) for line in told}) == 1
