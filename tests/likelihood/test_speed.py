"""Operations and bytes per event, and fractions of a peak."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.likelihood import speed as module
from morefit_py.likelihood.speed import LoopWork, Work, loop_work, speed, work
from morefit_py.runtime.peak import Peak


def fit(backend: str, rows: int = 500) -> mf.CompiledFit:
    x = mf.Observable("x", 0.0, 1.0)
    n, m = (mf.Parameter(name, 5.0, limits=(0.1, 100)) for name in "nm")
    model = n * mf.pdfs.Exponential(x, mf.Parameter("slope", 1.0, limits=(-3, 3))) + m * mf.pdfs.Uniform(x)
    return mf.compile(model, {"x": np.linspace(0.1, 0.9, rows)}, backend=backend)


def test_work_of_a_kernel_counted_by_hand() -> None:
    """Products and sums, an exponential (2 * 16), a logarithm (2 * 20), and the sum over the events."""
    held = fit("reference")
    (loop,) = loop_work(held.likelihood.program.plans, None)["value"]
    assert loop.bytes == 8
    body = held.likelihood.program.plans[0].loops[0].body
    cheap = sum(node.op.text in ("add", "mul") for node in body)
    assert {node.op.text for node in body} == {"add", "mul", "exp", "log"}
    assert loop.operations == cheap + 32 + 40 + 1
    assert held.audit().work["value"] == Work(operations=loop.operations, bytes=8.0)


def test_a_logarithm_in_a_product_is_a_multiplication() -> None:
    plans = fit("reference").likelihood.program.plans
    (alone,), (factor,) = (loop_work(plans, spoken)["value"] for spoken in ("cuda", "c"))
    assert alone.operations - factor.operations == 40 - 1


def test_work_is_the_mean_over_the_rows_of_all_axes() -> None:
    loops = {"value": (LoopWork("a", 0, 10, 8), LoopWork("b", 0, 40, 16), LoopWork("nodes", 5, 100, 0))}
    assert work(loops, {"a": 75, "b": 25}) == {"value": Work(operations=22.5, bytes=10.0)}


def test_fractions_of_a_peak() -> None:
    held = speed(Work(operations=50.0, bytes=16.0), 2e-9, Peak(operations=1e11, bytes=2e10))
    assert (held.nanoseconds, held.of_operations, held.of_bytes) == pytest.approx((2.0, 0.25, 0.4))


def test_the_audit_says_it_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "peak", lambda: Peak(1e11, 1e10))
    held = fit("reference")
    assert held.audit().speeds is None
    said = f"per event    value: {held.audit().work['value'].operations:.0f} operations, 8 bytes\n"
    assert said in str(held.audit())
    found = held.audit(timed=True)
    assert found.speeds is not None
    assert set(found.speeds) == {"value", "gradient", "hessian"}
    assert all(one.nanoseconds > 0.0 for one in found.speeds.values())
    assert "of the machine's operations" in str(found)
