"""A calibration with J/psi decays: sWeights of the data, and a simulation weighted to look like them.

    python examples/jpsi_calibration.py [FOLDER]

The response of a detector to muons is compared between data and simulation. The data have background, which
sWeights remove; the simulation has another momentum spectrum, which weights correct. Both are then fits to
weighted events. A figure of the spectra is written into FOLDER, `out` where it is not given.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import morefit_py as mf
from morefit_py.report.plots.style import have_matplotlib

MASS = mf.Observable("mass", 3000, 3200, unit="MeV")
PT = mf.Observable("pt", 0, 20, unit="GeV")
RESPONSE = mf.Observable("response", -10, 15)


def measured(signal: int = 6000, background: int = 9000) -> mf.Dataset:
    """J/psi of a hard momentum spectrum on a background of a soft one, which the detector sees otherwise."""
    rng = np.random.default_rng(5)
    mass = [rng.normal(3096.9, 13.0, signal), rng.uniform(3000.0, 3200.0, background)]
    pt = np.concatenate([rng.exponential(3.0, signal), rng.exponential(1.5, background)])
    response = rng.normal(0.0, 1.0, len(pt)) + np.repeat([2.3, 0.0], [signal, background])
    response[:signal] += 0.1 * pt[:signal]
    return inside({"mass": np.concatenate(mass), "pt": pt, "response": response})


def simulated(size: int = 20000) -> mf.Dataset:
    """J/psi without background: the spectrum is softer than the data's, the response lower by 0.3."""
    rng = np.random.default_rng(6)
    pt = rng.exponential(2.0, size)
    return inside({"pt": pt, "response": rng.normal(2.0 + 0.1 * pt, 1.0)})


def inside(columns: dict[str, np.ndarray]) -> mf.Dataset:
    """The events within the bounds of the momentum."""
    return mf.Dataset.from_numpy(columns).select(f"pt < {PT.high}")


def mean_response(data: mf.Dataset) -> tuple[mf.CompiledFit, mf.FitResult]:
    """A Gaussian fitted to the response. `robust`, as a mixture of momenta is none."""
    mean = mf.Parameter("mean", 2, limits=(-2, 6))
    width = mf.Parameter("width", 1, limits=(0.2, 5))
    fit = mf.compile(mf.pdfs.Gaussian(RESPONSE, mean, width), data)
    return fit, fit.minimise(robust=True)


def main(folder: Path = Path("out")) -> None:
    """Fit the mass, find the spectrum of the signal, weight the simulation, and compare the responses."""
    mu = mf.Parameter("mu", 3097, limits=(3080, 3110), unit="MeV")
    sigma = mf.Parameter("sigma", 12, limits=(5, 30), unit="MeV")
    n_sig = mf.Parameter("n_sig", 5000, limits=(0, 20000))
    n_bkg = mf.Parameter("n_bkg", 10000, limits=(0, 30000))
    signal, background = mf.pdfs.Gaussian(MASS, mu, sigma), mf.pdfs.Uniform(MASS)
    model = (n_sig * signal + n_bkg * background).named("signal", "background")
    fit = mf.compile(model, measured())
    result = fit.minimise()
    weights = mf.sweights(fit, result)
    print(weights)

    # The momenta of the signal: the errors know that the weights come from a fit of the same events.
    scale = mf.Parameter("scale", 2, limits=(0.5, 20), unit="GeV")
    spectrum = mf.compile(mf.pdfs.Exponential(PT, -1.0 / scale), weights.dataset("signal"))
    found = spectrum.minimise()
    error = weights.corrected(spectrum, found, "signal").errors["scale"]
    print(f"\nspectrum of the signal: scale = {found.values['scale']:.2f} +- {error:.2f} GeV, made with 3.00")

    # A weight for each simulated event: the ratio of the two spectra in its bin.
    simulation = simulated()
    edges = np.array([0, 1, 2, 3, 4, 6, 8, 11, 20.0])
    histogram = weights.histogram("signal", "pt", edges)
    ratio = histogram.heights / np.histogram(simulation["pt"], edges)[0]
    weighted = simulation.with_weights(ratio[np.digitize(simulation["pt"], edges[1:-1])])
    print(f"simulation: {len(weighted)} events, after weights worth {weighted.effective_events:.0f}\n")

    fit, held = mean_response(weights.dataset("signal"))
    data = held.values["mean"], weights.corrected(fit, held, "signal").errors["mean"]
    print(f"response in {'data':20} {data[0]:.3f} +- {data[1]:.3f}")
    for name, events in (("simulation", simulation), ("weighted simulation", weighted)):
        held = mean_response(events)[1]
        mean, error = held.values["mean"], held.errors["mean"]
        print(f"response in {name:20} {mean:.3f} +- {error:.3f}, data above it by {data[0] - mean:.3f}")
    print("made with a difference of 0.3 at equal momenta")
    if have_matplotlib():
        draw(folder, histogram, simulation, weighted)


def draw(folder: Path, signal: mf.WeightedHistogram, simulation: mf.Dataset, weighted: mf.Dataset) -> None:
    """The spectrum of the signal, with those of the simulation before and after its weights."""
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    edges = signal.edges
    widths, total = np.diff(edges), signal.heights.sum()
    for name, data in (("simulation", simulation), ("weighted simulation", weighted)):
        counts = np.histogram(data["pt"], edges, weights=data.weights)[0]
        axes.stairs(counts / widths * total / counts.sum(), edges, label=name)
    heights, errors = signal.heights / widths, signal.errors / widths
    middles = (edges[:-1] + edges[1:]) / 2
    axes.errorbar(middles, heights, errors, widths / 2, fmt="k.", label="data, sWeighted")
    axes.set(xlabel="$p_T$ [GeV]", ylabel="signal events / GeV", yscale="log", xlim=(0, PT.high))
    axes.legend()
    figure.savefig(folder / "jpsi_calibration.png", dpi=120)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
