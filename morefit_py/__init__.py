"""morefit_py: a compiler for maximum-likelihood fits.

A model, from a spec or from Python, becomes one symbolic graph; passes simplify, differentiate and
factor it; one fused kernel per device computes value, gradient and Hessian.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from morefit_py import pdfs
    from morefit_py.codegen.dialects import dialect_names as dialects
    from morefit_py.errors import (
        BackendError,
        CacheError,
        DataError,
        ExpressionError,
        FitError,
        GraphError,
        ModelError,
        MorefitError,
        MorefitWarning,
        SpecError,
    )
    from morefit_py.fit.compiled import CompiledFit, compile
    from morefit_py.fit.compiled_batch import CompiledBatch, compile_batch
    from morefit_py.fit.many import BatchResult
    from morefit_py.fit.result import FitResult
    from morefit_py.graph import build as expressions
    from morefit_py.graph.symbols import Observable, Parameter
    from morefit_py.inference.goodness.chi_square import ChiSquare, chi2_test
    from morefit_py.inference.goodness.dissimilarity import Dissimilarity, dissimilarity_test
    from morefit_py.inference.goodness.edf_test import EdfTest, edf_test
    from morefit_py.inference.likelihood_ratio import LikelihoodRatio, likelihood_ratio
    from morefit_py.inference.scans.scan import Scan, Scan2D, scan, scan2d
    from morefit_py.inference.toys.draw import draw_toys
    from morefit_py.inference.toys.study import fit_toys, toy_study
    from morefit_py.inference.toys.table import ToyStudy
    from morefit_py.inference.weights.cows import cows
    from morefit_py.inference.weights.event_weights import EventWeights
    from morefit_py.inference.weights.independence import Independence, independence_test
    from morefit_py.inference.weights.sweights import sweights
    from morefit_py.inference.weights.weighted_covariance import WeightedCovariance
    from morefit_py.inference.weights.weighted_histogram import WeightedHistogram
    from morefit_py.model.binned import Binned
    from morefit_py.model.blinding import blinded
    from morefit_py.model.constraints.constraint import Constraint
    from morefit_py.model.constraints.gaussian import GaussianConstraint
    from morefit_py.model.constraints.log_normal import LogNormalConstraint
    from morefit_py.model.constraints.multivariate_gaussian import MultivariateGaussianConstraint
    from morefit_py.model.constraints.penalty import Penalty
    from morefit_py.model.constraints.poisson import PoissonConstraint
    from morefit_py.model.dataset import Dataset
    from morefit_py.model.model import Model
    from morefit_py.model.modifiers import normsys, weightsys
    from morefit_py.model.sampling import sample
    from morefit_py.pdfs.composition.fractions import fractions, recursive_fractions
    from morefit_py.pdfs.composition.mixture import Mixture
    from morefit_py.report import plots
    from morefit_py.report.batch.run import fit_specs
    from morefit_py.report.batch.table import Batch
    from morefit_py.report.plots.projection import projection as plot
    from morefit_py.runtime.choose import devices
    from morefit_py.spec.load import load

__version__ = "0.1.0"
__all__ = [
    "BackendError",
    "Batch",
    "BatchResult",
    "Binned",
    "CacheError",
    "ChiSquare",
    "CompiledBatch",
    "CompiledFit",
    "Constraint",
    "DataError",
    "Dataset",
    "Dissimilarity",
    "EdfTest",
    "EventWeights",
    "ExpressionError",
    "FitError",
    "FitResult",
    "GaussianConstraint",
    "GraphError",
    "Independence",
    "LikelihoodRatio",
    "LogNormalConstraint",
    "Mixture",
    "Model",
    "ModelError",
    "MorefitError",
    "MorefitWarning",
    "MultivariateGaussianConstraint",
    "Observable",
    "Parameter",
    "Penalty",
    "PoissonConstraint",
    "Scan",
    "Scan2D",
    "SpecError",
    "ToyStudy",
    "WeightedCovariance",
    "WeightedHistogram",
    "blinded",
    "chi2_test",
    "compile",
    "compile_batch",
    "cows",
    "devices",
    "dialects",
    "dissimilarity_test",
    "draw_toys",
    "edf_test",
    "expressions",
    "fit_specs",
    "fit_toys",
    "fractions",
    "independence_test",
    "likelihood_ratio",
    "load",
    "normsys",
    "pdfs",
    "plot",
    "plots",
    "recursive_fractions",
    "sample",
    "scan",
    "scan2d",
    "sweights",
    "toy_study",
    "weightsys",
]

# The modules that names come from, with the names.
_HOMES: dict[str, tuple[str, ...]] = {
    "errors": (
        "BackendError",
        "CacheError",
        "DataError",
        "ExpressionError",
        "FitError",
        "GraphError",
        "ModelError",
        "MorefitError",
        "MorefitWarning",
        "SpecError",
    ),
    "fit.compiled": ("CompiledFit", "compile"),
    "fit.compiled_batch": ("CompiledBatch", "compile_batch"),
    "fit.many": ("BatchResult",),
    "fit.result": ("FitResult",),
    "graph.symbols": ("Observable", "Parameter"),
    "inference.goodness.chi_square": ("ChiSquare", "chi2_test"),
    "inference.goodness.dissimilarity": ("Dissimilarity", "dissimilarity_test"),
    "inference.goodness.edf_test": ("EdfTest", "edf_test"),
    "inference.likelihood_ratio": ("LikelihoodRatio", "likelihood_ratio"),
    "inference.scans.scan": ("Scan", "Scan2D", "scan", "scan2d"),
    "inference.toys.draw": ("draw_toys",),
    "inference.toys.study": ("fit_toys", "toy_study"),
    "inference.toys.table": ("ToyStudy",),
    "inference.weights.cows": ("cows",),
    "inference.weights.event_weights": ("EventWeights",),
    "inference.weights.independence": ("Independence", "independence_test"),
    "inference.weights.sweights": ("sweights",),
    "inference.weights.weighted_covariance": ("WeightedCovariance",),
    "inference.weights.weighted_histogram": ("WeightedHistogram",),
    "model.binned": ("Binned",),
    "model.blinding": ("blinded",),
    "model.constraints.constraint": ("Constraint",),
    "model.constraints.gaussian": ("GaussianConstraint",),
    "model.constraints.log_normal": ("LogNormalConstraint",),
    "model.constraints.multivariate_gaussian": ("MultivariateGaussianConstraint",),
    "model.constraints.penalty": ("Penalty",),
    "model.constraints.poisson": ("PoissonConstraint",),
    "model.dataset": ("Dataset",),
    "model.model": ("Model",),
    "model.modifiers": ("normsys", "weightsys"),
    "model.sampling": ("sample",),
    "pdfs.composition.fractions": ("fractions", "recursive_fractions"),
    "pdfs.composition.mixture": ("Mixture",),
    "report.batch.run": ("fit_specs",),
    "report.batch.table": ("Batch",),
    "runtime.choose": ("devices",),
    "spec.load": ("load",),
}
# Names that stand for another one in a module, or for the module itself.
_OTHERS = {
    "dialects": "codegen.dialects:dialect_names",
    "expressions": "graph.build:",
    "pdfs": "pdfs:",
    "plot": "report.plots.projection:projection",
    "plots": "report.plots:",
}
_PLACES = {name: f"{module}:{name}" for module, names in _HOMES.items() for name in names} | _OTHERS


def __getattr__(name: str) -> Any:
    """A public name, whose module is imported when it is first asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    found: Any = import_module(f"{__name__}.{module}")
    if attribute:
        found = getattr(found, attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
