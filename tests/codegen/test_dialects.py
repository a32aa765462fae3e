"""Every operation in every dialect prints and computes right: (operation x machine)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.errors import BackendError
from morefit_py.graph.op import Op
from tests.backends.machines import DOUBLE, MACHINES, at
from tests.codegen.operations import ROOTS, meant, on

# Compiled for so many work items, PoCL takes a minute.
CHECKED = [name for name in MACHINES if name != "opencl as on a GPU"]


@cache
def results(machine: str) -> dict[str, float]:
    with at(machine, Path(mkdtemp())) as choice:
        return on(choice)


@cache
def expected() -> tuple[dict[str, float], dict[str, float]]:
    return meant()


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("machine", CHECKED)
def test_an_operation_computes_what_it_means(machine: str, name: str) -> None:
    value, size = expected()
    tolerance = 1e-13 if machine in DOUBLE else 3e-6
    # A pole nearby and large values cost digits of their own.
    tolerance *= 30 if name.startswith(("erfcx", "lgamma", "polygamma", "tan", "ipow 64")) else 1
    found = results(machine)[name]
    assert found == pytest.approx(value[name], rel=0, abs=tolerance * size[name], nan_ok=True)


def test_every_operation_is_there() -> None:
    covered = {name.split(",")[0].split(" ")[0] for name in ROOTS}
    assert {op.text for op in Op} - covered == {"param", "column"}


def test_every_dialect_runs_on_a_machine() -> None:
    assert {name.split()[0] for name in CHECKED} == set(dialect_names())


def test_an_unknown_dialect_names_the_nearest() -> None:
    with pytest.raises(BackendError, match="did you mean 'cuda'"):
        dialect("cudda")


@pytest.mark.parametrize("name", dialect_names())
def test_a_dialect_spells_every_function(name: str) -> None:
    spoken = dialect(name)
    spelled = {op for op in Op if op in spoken.functions}
    infix = {Op.ADD, Op.MUL, Op.LT, Op.LE, Op.EQ, Op.AND, Op.OR, Op.NOT, Op.SELECT, Op.MIN, Op.MAX, Op.DETACH}
    leaves = {Op.CONST, Op.PARAM, Op.COLUMN, Op.SUM, Op.INNER}
    assert spelled | infix | leaves == set(Op)
    assert all(
        function for op in spelled for function in (spoken.function(op, True), spoken.function(op, False))
    )
