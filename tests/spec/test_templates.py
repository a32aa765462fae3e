"""Templates filled from simulated events, with variations of weights and of the observable."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import SpecError
from morefit_py.graph.meaning import evaluate

EDGES = np.array([0.0, 2.0, 5.0, 10.0])
SPEC = """
schema_version: nextstat_unbinned_spec_v0
model:
  poi: n
  parameters:
    - {{ name: n, init: 100, bounds: [0, 1000] }}
    - {{ name: tilt, init: 0, bounds: [-5, 5], constraint: {{ type: gaussian, mean: 0, sigma: 1 }} }}
    - {{ name: scale, init: 0, bounds: [-5, 5], constraint: {{ type: gaussian, mean: 0, sigma: 1 }} }}
channels:
  - name: c
    data: {{ file: data.parquet }}
    observables: [{{ name: x, bounds: [0, 10] }}]
    processes:
      - name: mc
        pdf:
          type: {kind}
          observable: x
          {what}
          source: {{ file: mc.parquet, selection: "keep > 0", weight: w }}
          weight_systematics: [{weights}]
          horizontal_systematics: [{horizontal}]
        yield: {{ type: parameter, name: n }}
"""
HISTOGRAM = {"kind": "histogram_from_tree", "what": "bin_edges: [0, 2, 5, 10]\n          pseudo_count: 0.5"}
KDE = {"kind": "kde_from_tree", "what": "bandwidth: 0.7"}
TILT = "{ param: tilt, up: 'up', down: '1/up', interp: code4p }"
SHIFT = "{ param: scale, up: 'min(1.05*x, 10)', down: '0.96*x' }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    x = np.clip(rng.gamma(3.0, 1.2, 300), 0.01, 9.99)
    table = {"x": x, "w": rng.uniform(0.5, 2.0, 300), "keep": rng.integers(0, 2, 300).astype(float)}
    pq.write_table(
        pa.table(table | {"up": 1.0 + 0.05 * x, "bad": np.where(x > 5, -1.0, 1.0)}), tmp_path / "mc.parquet"
    )
    pq.write_table(pa.table({"x": np.array([0.5, 3.0, 7.0, 9.5])}), tmp_path / "data.parquet")
    return tmp_path


def loaded(folder: Path, weights: str = "", horizontal: str = "", **what: str) -> mf.Model:
    text = SPEC.format(weights=weights, horizontal=horizontal, **what)
    (folder / "spec.yaml").write_text(text)
    with warnings.catch_warnings():
        # Parameters of variations that a test does without are declared all the same.
        warnings.simplefilter("ignore", mf.MorefitWarning)
        return mf.load(folder / "spec.yaml")[0]


def simulated(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = pq.read_table(folder / "mc.parquet").to_pydict()
    keep = np.array(table["keep"]) > 0
    return tuple(np.array(table[name])[keep] for name in ("x", "w", "up"))  # type: ignore[return-value]


def density(model: mf.Model, **at: float) -> np.ndarray:
    values = {"n": 100.0, "tilt": 0.0, "scale": 0.0} | at
    term = model.channels["c"].terms[0]
    points = np.array([0.5, 3.0, 7.0, 9.5])
    return np.broadcast_to(evaluate([term.density.density()], values, {"": {"x": points}})[0], points.shape)


def expected(model: mf.Model, **at: float) -> float:
    values = {"n": 100.0, "tilt": 0.0, "scale": 0.0} | at
    node = model.channels["c"].terms[0].expected
    assert node is not None
    return float(evaluate([node], values)[0])


def filled(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.histogram(x, EDGES, weights=w)[0] + 0.5


def heights(content: np.ndarray) -> np.ndarray:
    return (content / content.sum() / np.diff(EDGES))[[0, 1, 2, 2]]


def code4p(alpha: float, nominal: np.ndarray, up: np.ndarray, down: np.ndarray) -> np.ndarray:
    du, dd = up - nominal, nominal - down
    if abs(alpha) > 1:
        return nominal + alpha * (du if alpha > 0 else dd)
    curve = 3 * alpha**6 - 10 * alpha**4 + 15 * alpha**2
    return nominal + alpha * (du + dd) / 2 + (du - dd) / 16 * curve


def test_a_histogram_is_that_of_the_selected_events(folder: Path) -> None:
    x, w, _ = simulated(folder)
    found = density(loaded(folder, **HISTOGRAM))
    np.testing.assert_allclose(found, heights(filled(x, w)), rtol=1e-12)


@pytest.mark.parametrize("alpha", [-1.7, -0.4, 0.0, 0.6, 2.0])
def test_weights_vary_shape_and_yield(folder: Path, alpha: float) -> None:
    x, w, up = simulated(folder)
    model = loaded(folder, weights=TILT, **HISTOGRAM)
    content = code4p(alpha, filled(x, w), filled(x, w * up), filled(x, w / up))
    np.testing.assert_allclose(density(model, tilt=alpha), heights(content), rtol=1e-12)
    whole = w.sum()
    factor = code4p(alpha, np.array(1.0), np.array((w * up).sum() / whole), np.array((w / up).sum() / whole))
    assert expected(model, tilt=alpha) == pytest.approx(100.0 * float(factor), rel=1e-12)


def test_shape_and_yield_apart(folder: Path) -> None:
    for flag, shape, count in (
        ("apply_to_yield: false", True, False),
        ("apply_to_shape: false", False, True),
    ):
        model = loaded(folder, weights=TILT.replace(" }", f", {flag} }}"), **HISTOGRAM)
        assert (not np.allclose(density(model, tilt=1.0), density(model), rtol=1e-6)) is shape
        assert (expected(model, tilt=1.0) != 100.0) is count


@pytest.mark.parametrize("alpha", [-1.0, -0.3, 0.8])
def test_the_observable_varies(folder: Path, alpha: float) -> None:
    x, w, _ = simulated(folder)
    model = loaded(folder, horizontal=SHIFT, **HISTOGRAM)
    nominal, up, down = filled(x, w), filled(np.minimum(1.05 * x, 10), w), filled(0.96 * x, w)
    content = nominal + alpha * ((up - nominal) if alpha >= 0 else (nominal - down))
    np.testing.assert_allclose(density(model, scale=alpha), heights(content), rtol=1e-12)
    assert expected(model, scale=alpha) == 100.0


@pytest.mark.parametrize(("tilt", "scale"), [(0.0, 0.0), (0.7, -0.5), (-1.4, 1.2)])
def test_kernels_vary_too(folder: Path, tilt: float, scale: float) -> None:
    x, w, up = simulated(folder)
    model = loaded(folder, weights=TILT, horizontal=SHIFT, **KDE)
    weight = code4p(tilt, w, w * up, w / up)
    high, low = np.minimum(1.05 * x, 10), 0.96 * x
    centre = x + scale * ((high - x) if scale >= 0 else (x - low))
    normal = stats.norm(centre, 0.7)
    inside = normal.cdf(10.0) - normal.cdf(0.0)
    exact = [np.sum(weight * normal.pdf(p) / inside) / weight.sum() for p in (0.5, 3.0, 7.0, 9.5)]
    np.testing.assert_allclose(density(model, tilt=tilt, scale=scale), exact, rtol=1e-11)


def test_a_fit_with_templates(folder: Path) -> None:
    model = loaded(folder, weights=TILT, **HISTOGRAM)
    data = mf.sample(model, {"n": 400.0, "tilt": 0.5}, seed=2)
    result = mf.compile(model, data).minimise()
    assert result.valid
    assert abs(result.values["n"] - 400.0) < 4 * result.errors["n"]
    assert result.errors["tilt"] < 1.0


def test_a_tree_of_a_root_file(folder: Path) -> None:
    uproot = pytest.importorskip("uproot")
    table = pq.read_table(folder / "mc.parquet").to_pydict()
    with uproot.recreate(folder / "mc.root") as file:
        file.mktree("events", dict.fromkeys(table, np.float64))
        file["events"].extend({name: np.array(values) for name, values in table.items()})
    text = SPEC.format(weights=TILT, horizontal="", **HISTOGRAM)
    (folder / "root.yaml").write_text(text.replace("file: mc.parquet", "file: mc.root, tree: events"))
    with pytest.warns(mf.MorefitWarning, match="scale"):
        model = mf.load(folder / "root.yaml")[0]
    other = loaded(folder, weights=TILT, **HISTOGRAM)
    np.testing.assert_array_equal(density(model, tilt=0.3), density(other, tilt=0.3))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("observable: x\n", "observable: y\n", "pdf.observable: the observable 'y' is not declared"),
        ("mc.parquet", "mx.parquet", r"pdf.source: .*mx.parquet"),
        ("keep > 0", "keep > 5", "pdf.source: .*no row of 300 passes"),
        ("keep > 0", "kep > 0", "pdf.source.selection: .*kep"),
        (
            "up: 'up'",
            "up: 'bad'",
            r"up of 'tilt' \(bad\): .* are negative .*; a ratio of weights is finite and >= 0",
        ),
        ("up: 'up'", "up: 'log(-x)'", r"up of 'tilt' .* are NaN or infinite"),
        ("param: tilt", "param: titl", "the parameter 'titl' is not declared; did you mean 'tilt'"),
        (
            "code4p }",
            "code4p, apply_to_shape: false, apply_to_yield: false }",
            "are both false; remove the variation",
        ),
        ("interp: code4p", "interp: code4", "interp: expected 'code0' or 'code4p', found 'code4'"),
        ("0.96*x", "0.96*x - 5", "varied values stay inside the bounds"),
        ("param: scale", "param: tilt", "'tilt' varies the shape by weights already"),
        ("[0, 2, 5, 10]", "[0, 2, 5, 9]", "run from 0 to 9; they must begin and end at the bounds"),
        ("pseudo_count: 0.5", "pseudo_count: -1", "-1 is not >= 0"),
        ("pseudo_count: 0.5", "max_events: 0", "0 is not > 0"),
    ],
)
def test_problems(folder: Path, old: str, new: str, message: str) -> None:
    text = SPEC.format(weights=TILT, horizontal=SHIFT, **HISTOGRAM)
    assert old in text
    (folder / "spec.yaml").write_text(text.replace(old, new))
    with pytest.raises(SpecError, match=message):
        mf.load(folder / "spec.yaml")


def test_a_parameter_varies_a_template_once_by_weights(folder: Path) -> None:
    (folder / "spec.yaml").write_text(SPEC.format(weights=f"{TILT}, {TILT}", horizontal=SHIFT, **HISTOGRAM))
    with pytest.raises(
        SpecError, match=r"weight_systematics\[1\].param: 'tilt' has a variation here already"
    ):
        mf.load(folder / "spec.yaml")


def test_only_the_first_events(folder: Path) -> None:
    x, w, _ = simulated(folder)
    what = HISTOGRAM | {"what": HISTOGRAM["what"] + "\n          max_events: 40"}
    np.testing.assert_allclose(density(loaded(folder, **what)), heights(filled(x[:40], w[:40])), rtol=1e-12)
