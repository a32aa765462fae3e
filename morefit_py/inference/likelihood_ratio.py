"""Likelihood ratios of nested models, and information criteria."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import final

from scipy import special

from morefit_py.errors import FitError, MorefitWarning
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.hesse import PLAIN
from morefit_py.fit.result import FitResult
from morefit_py.inference.goodness.bootstrap import ToyPValue
from morefit_py.inference.ratio_toys import ratio_toys
from morefit_py.inference.record import Record

# What the EDMs of two valid fits can make of a ratio that is zero.
_ROUNDING = 1e-3


@final
@dataclass(frozen=True)
class LikelihoodRatio(Record):
    """q = 2 (NLL_nested - NLL_full), and the probability of a larger one if the nested model is true.

    `dof` is how many parameters the nested model has less; `boundary` names those that it holds at a limit of
    the full one. `p_value` is that of `reference`, a chi2 with `dof` degrees of freedom (Wilks), or with one
    parameter at a limit half a chi2 with one less (Chernoff); `significance` is what it corresponds to in
    standard deviations, two-sided, but one-sided with a limit. `log10_p_value` is there where it underflows.
    `toys` has the p-value by toys, where asked for. `aic` and `bic` are (full, nested), the latter None where
    the number of events is not known.
    """

    q: float
    dof: int
    boundary: tuple[str, ...]
    reference: str
    p_value: float
    log10_p_value: float
    significance: float
    toys: ToyPValue | None
    aic: tuple[float, float]
    bic: tuple[float, float] | None
    notes: tuple[str, ...]

    def __str__(self) -> str:
        p = f"{self.p_value:.4g}" if self.p_value > 0.0 else f"1e{self.log10_p_value:.0f}"
        lines = [
            f"2 delta NLL = {self.q:.4f} for {self.dof} parameter{'s' if self.dof > 1 else ''}, "
            f"{self.reference}: p = {p}, {self.significance:.2f} standard deviations",
            *([str(self.toys)] if self.toys is not None else []),
            f"AIC: full {self.aic[0]:.3f}, nested {self.aic[1]:.3f}"
            + (f"; BIC: full {self.bic[0]:.3f}, nested {self.bic[1]:.3f}" if self.bic is not None else ""),
        ]
        return "\n  ".join([*lines, *self.notes])


def likelihood_ratio(
    full: FitResult,
    nested: FitResult,
    fits: tuple[CompiledFit, CompiledFit] | None = None,
    events: float | None = None,
    toys: int = 0,
    seed: int = 0,
    processes: int = 1,
    progress: bool | None = None,
) -> LikelihoodRatio:
    """Compares two fits to the same data, of a model and of one with fewer free parameters.

    Wilks' theorem (Ann. Math. Statist. 9 (1938) 60) needs the nested values inside the limits of the full
    model; with one of them at a limit q follows a mixture (Chernoff, Ann. Math. Statist. 25 (1954) 573; Self
    and Liang, J. Am. Stat. Assoc. 82 (1987) 605, cases 5 and 6), with several its p-value is at most that
    of the chi2. Where it does not hold a MorefitWarning says so. `fits` (full, nested) give the number of
    `events`, for BIC, and `toys` of the nested model, fitted with both. Raises FitError for invalid results,
    results of different data or of models that are not nested, and where the nested fit is the better one.
    """
    for name, result in (("full", full), ("nested", nested)):
        if not result.valid:
            raise FitError(f"likelihood ratio: the {name} fit is not valid ({'; '.join(result.reasons)})")
    _same_data(full, nested)
    tested = _tested(full, nested)
    q = 2.0 * (nested.nll - full.nll)
    if q < -_ROUNDING:
        raise FitError(
            f"likelihood ratio: the nested fit has the lower NLL, by {-q / 2.0:.4g}; the full fit missed its "
            "minimum, start it from the values of the nested one"
        )
    q = max(q, 0.0)
    boundary = tuple(name for name in tested if _at_limit(full, nested, name))
    notes = _caveats(full, nested, tested, boundary)
    for note in notes:
        warnings.warn(MorefitWarning(f"likelihood ratio: {note}"), stacklevel=2)
    dof = len(_free(full)) - len(_free(nested))
    log_p, reference = _reference(q, dof, len(boundary))
    by_toys = None
    if toys:
        if fits is None:
            raise FitError("likelihood ratio: toys need the two fits; give fits=(full, nested)")
        by_toys = ratio_toys(fits, (full, nested), q, toys, seed, processes, progress)
    if events is None and fits is not None:
        events = sum(data.effective_events for data in fits[0].data.values())
    counts = len(_free(full)), len(_free(nested))
    nlls = full.nll, nested.nll
    return LikelihoodRatio(
        q=q,
        dof=dof,
        boundary=boundary,
        reference=reference,
        p_value=exp(log_p),
        log10_p_value=log_p / log(10.0),
        significance=_significance(log_p, one_sided=bool(boundary)),
        toys=by_toys,
        aic=(2.0 * (counts[0] + nlls[0]), 2.0 * (counts[1] + nlls[1])),
        bic=None
        if events is None
        else (counts[0] * log(events) + 2.0 * nlls[0], counts[1] * log(events) + 2.0 * nlls[1]),
        notes=notes,
    )


def _free(result: FitResult) -> list[str]:
    return [name for name in result.parameters if name not in result.fixed]


def _same_data(full: FitResult, nested: FitResult) -> None:
    digests = [
        {key: value for key, value in result.provenance.items() if key.startswith("data ")}
        for result in (full, nested)
    ]
    values = [sorted(map(str, held.values())) for held in digests]
    if all(values) and values[0] != values[1]:
        raise FitError("likelihood ratio: the two fits are of different data; their NLLs cannot be compared")


def _tested(full: FitResult, nested: FitResult) -> list[str]:
    """The parameters that only the full model has free; raises FitError unless the other is nested in it."""
    more, less = _free(full), _free(nested)
    alone = [name for name in less if name not in more]
    if alone:
        raise FitError(
            f"likelihood ratio: {', '.join(alone)} of the nested model is not free in the full one, so that "
            "it is not nested; compare them by AIC or BIC, or by toys"
        )
    tested = [name for name in more if name not in less]
    if not tested:
        raise FitError("likelihood ratio: both models have the same free parameters; nothing is tested")
    return tested


def _at_limit(full: FitResult, nested: FitResult, name: str) -> bool:
    """Whether the nested model holds a parameter at a limit of the full one."""
    value = nested.values.get(name)
    return value is not None and value in full.limits.get(name, (-inf, inf))


def _caveats(
    full: FitResult, nested: FitResult, tested: Sequence[str], boundary: Sequence[str]
) -> tuple[str, ...]:
    notes = []
    if len(boundary) > 1:
        notes.append(
            f"{', '.join(boundary)} are at their limits in the nested model: the p-value is an upper bound; "
            "use toys"
        )
    if boundary and len(tested) > len(boundary):
        others = ", ".join(name for name in tested if name not in boundary)
        notes.append(
            f"if {others} mean nothing where {', '.join(boundary)} is at its limit, as the place of a peak "
            "without events, q follows no chi2 (Davies, Biometrika 74 (1987) 33); use toys"
        )
    absent = [name for name in tested if name not in nested.values]
    if absent:
        notes.append(
            f"the nested model has no {', '.join(absent)}: that it is nested, and not at a limit, is taken "
            "for granted"
        )
    common = sorted((set(full.at_limit) | set(nested.at_limit)) - set(tested))
    if common:
        notes.append(f"{', '.join(common)} ended at a limit, where q follows no chi2; use toys")
    if any(r.covariance_type != PLAIN or any("weighted" in note for note in r.notes) for r in (full, nested)):
        notes.append("the likelihood of weighted events is none, so that q follows no chi2")
    return tuple(notes)


def _reference(q: float, dof: int, boundary: int) -> tuple[float, str]:
    """The logarithm of the p-value, and what it is of."""
    if boundary == 1:
        if q == 0.0:
            return 0.0, _mixture(dof)
        below = _log_sf(q, dof - 1) if dof > 1 else -inf
        return special.logsumexp([below, _log_sf(q, dof)]).item() - log(2.0), _mixture(dof)
    name = f"chi2 with {dof} degree{'s' if dof > 1 else ''} of freedom"
    return _log_sf(q, dof), f"at most {name}" if boundary > 1 else name


def _mixture(dof: int) -> str:
    return f"chi2 with {dof - 1} and {dof} degrees of freedom, half each"


def _log_sf(q: float, dof: int) -> float:
    """The logarithm of the probability of a larger chi2, also where the probability underflows."""
    half = dof / 2.0
    p = float(special.gammaincc(half, q / 2.0))
    if p > 1e-290:
        return log(p)
    # The first terms of the asymptotic series of the incomplete gamma function.
    series = 1.0 + (half - 1.0) / (q / 2.0) * (1.0 + (half - 2.0) / (q / 2.0))
    return (half - 1.0) * log(q / 2.0) - q / 2.0 - float(special.gammaln(half)) + log(series)


def _significance(log_p: float, one_sided: bool) -> float:
    """The standard deviations that a normal variable exceeds with this probability; 0 for more than half."""
    return max(0.0, -float(special.ndtri_exp(log_p if one_sided else log_p - log(2.0))))
