"""Many fits in one call: a spec fitted to the data of several runs, which goes on where it was stopped.

    python examples/batch.py [FOLDER]

Specs, data and results are written into FOLDER, `out/batch` where it is not given. On the command line it is
`morefit batch out/batch/runs.yaml --output out/batch/fits`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import morefit_py as mf

SPEC = """\
schema_version: morefit_spec_v1
model:
  parameters:
    n_sig: { init: 800, limits: [0, 5000] }
    n_bkg: { init: 2000, limits: [0, 10000] }
    mu: { init: 5280, limits: [5200, 5350], unit: MeV }
    sigma: { init: 20, limits: [5, 60], unit: MeV }
    slope: { init: -0.001, limits: [-0.02, 0.02] }
channels:
  - name: mass
    data: { file: run1.parquet }
    observables: [{ name: mass, bounds: [5000, 6000], unit: MeV }]
    processes:
      - { name: signal, pdf: { type: gaussian, observable: mass, mu: mu, sigma: sigma }, yield: n_sig }
      - { name: background, pdf: { type: exponential, observable: mass, slope: slope }, yield: n_bkg }
"""

MANIFEST = """\
schema_version: morefit_batch_v1
fits:
  - { spec: mass.yaml, name: mass, each: 'run*.parquet' } # a fit for each file
  - { spec: mass.yaml, name: all, data: [run1.parquet, run2.parquet, run3.parquet] }
  - spec: mass.yaml
    name: narrow
    set: { model.parameters.sigma.init: 18, model.parameters.sigma.fixed: true }
"""


def main(folder: Path = Path("out/batch")) -> None:
    """Draw data of three runs, fit them alone and together, and show that nothing is fitted twice."""
    folder.mkdir(parents=True, exist_ok=True)
    # Written once: data that are written again are other data.
    if not (folder / "mass.yaml").exists():
        model = mass()
        for run in (1, 2, 3):
            mf.sample(model, seed=run).to_parquet(folder / f"run{run}.parquet")
        (folder / "mass.yaml").write_text(SPEC)
        (folder / "runs.yaml").write_text(MANIFEST)

    batch = mf.fit_specs(folder / "runs.yaml", folder / "fits")
    print(batch)
    for row in batch.rows:
        if row.values is not None and row.errors is not None:
            print(f"  {row.name:10} mu = {row.values['mu']:.2f} +- {row.errors['mu']:.2f} MeV")
    print("\nall parameters of one of them")
    print(batch.result("all"))

    # Nothing has changed, so that nothing is left to do; a batch that was killed would be finished.
    print("\nonce more")
    print(mf.fit_specs(folder / "runs.yaml", folder / "fits"))


def mass() -> mf.Mixture:
    """The model that the data are drawn from."""
    x = mf.Observable("mass", 5000, 6000, unit="MeV")
    return 800 * mf.pdfs.Gaussian(x, 5279.5, 18) + 2000 * mf.pdfs.Exponential(x, -0.0012)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
