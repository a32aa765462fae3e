"""Prints the bits of a model's value and derivatives: `python -m tests.backends.evaluate BACKEND MODEL`."""

from __future__ import annotations

import sys

import numpy as np

from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.runtime.choose import choose
from tests.backends.models import compiled, mass_data


def main() -> None:
    model, data, program = compiled(sys.argv[2])
    found = Likelihood(
        model, mass_data(60000) if sys.argv[2] == "mass" else data, program, choose(sys.argv[1])
    )
    theta = found.initial * 1.01
    for _ in range(3):
        value, gradient, hessian = found.evaluate(theta, 2)
        assert gradient is not None
        assert hessian is not None
        print(np.concatenate([[value], gradient, hessian.ravel()]).tobytes().hex())
    print("from the cache" if found.executable.from_cache else "compiled")


if __name__ == "__main__":
    main()
