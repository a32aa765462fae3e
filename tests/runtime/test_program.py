"""Programs: digests, sources and what is kept in the cache."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from morefit_py.codegen.dialects import dialect_names
from morefit_py.graph.build import column, exp, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.runtime.cache import KernelCache
from morefit_py.runtime.program import ObjectiveProgram, generator_digest

A = Parameter("a", 0.5, limits=(0, 1))
X = Observable("x", 0.0, 1.0)


def objective(start: float = 0.5) -> tuple[ObjectiveProgram, Parameter]:
    a = Parameter("a", start, limits=(0, 1))
    return ObjectiveProgram(total(Axis("data"), exp(param(a) * column(X))), [a], 8), a


@pytest.fixture
def cache(tmp_path: Path) -> KernelCache:
    root = tmp_path / "kernels"
    root.mkdir(mode=0o700)
    return KernelCache(root)


def test_the_digest_is_of_the_mathematics_and_the_order_of_parameters() -> None:
    assert objective(0.5)[0].digest == objective(0.7)[0].digest
    other = ObjectiveProgram(total(Axis("data"), exp(param(A) * column(X) * 2.0)), [A], 8)
    assert other.digest != objective()[0].digest


@pytest.mark.parametrize("dialect", dialect_names())
def test_a_source_is_rendered_once_and_then_read(cache: KernelCache, dialect: str) -> None:
    node = objective()[0].objective
    first = ObjectiveProgram(node, [A], 8, cache=cache)
    made = first.source(dialect)
    assert first.source(dialect) is made
    again = ObjectiveProgram(node, [A], 8, cache=cache)
    assert again.source(dialect).text == made.text
    assert again.source(dialect).layout == made.layout
    assert "optimised" not in vars(again)


def test_sources_do_not_depend_on_what_was_built_before(tmp_path: Path) -> None:
    """Two processes with different histories and hash seeds print the same bytes."""
    script = (
        "import sys, hashlib\n"
        "if len(sys.argv) > 1:\n"
        "    import morefit_py as mf\n"
        "    x = mf.Observable('x', 0, 1)\n"
        "    junk = [mf.expressions.exp(mf.Parameter(f'q{i}', 1) * x) for i in range(50)]\n"
        "from tests.passes.cases import mass_model\n"
        "from morefit_py.runtime.program import ObjectiveProgram\n"
        "case = mass_model()\n"
        "from morefit_py.codegen.dialects import dialect_names\n"
        "program = ObjectiveProgram(case.objective, case.parameters, 8)\n"
        "print(hashlib.sha256(program.source(dialect_names()[0]).text.encode()).hexdigest())\n"
    )
    root = Path(__file__).parents[2]
    found = set()
    for seed, extra in (("1", []), ("2", ["history"])):
        folder = tmp_path / seed
        folder.mkdir(mode=0o700)
        done = subprocess.run(
            [sys.executable, "-c", script, *extra],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "MOREFIT_CACHE_DIR": str(folder)},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_the_generator_has_one_digest() -> None:
    assert generator_digest() == generator_digest()
    assert len(generator_digest()) == 64


def test_models_of_equal_mathematics_and_other_names_have_their_own_comments(cache: KernelCache) -> None:
    node = total(Axis("data"), exp(param(A) * column(X)))
    inner = exp(param(A) * column(X))
    texts = [
        ObjectiveProgram(node, [A], 8, {inner: name}, cache).source(dialect_names()[0]).text
        for name in ("one", "two")
    ]
    assert "// one" in texts[0]
    assert "// two" in texts[1]
