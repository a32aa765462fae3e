"""The forms of constraints in specs."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from morefit_py.spec.layout_constraints import ModelConstraint, ParameterConstraint

OF_PARAMETER, OF_MODEL = TypeAdapter[Any](ParameterConstraint), TypeAdapter[Any](ModelConstraint)


def test_the_short_form_is_for_parameters_only() -> None:
    assert OF_PARAMETER.validate_python({"gaussian": [1.0, 0.5]}).gaussian == [1.0, 0.5]
    with pytest.raises(ValidationError):
        OF_MODEL.validate_python({"gaussian": [1.0, 0.5]})


def test_a_quantity_is_for_the_model_only() -> None:
    section = {"type": "poisson", "observed": 3, "quantity": "2*n"}
    assert OF_MODEL.validate_python(section).quantity == "2*n"
    with pytest.raises(ValidationError, match="not known here"):
        OF_PARAMETER.validate_python(section)


@pytest.mark.parametrize(
    "section",
    [
        {"type": 3},
        {"type": "poisson"},
        {"type": "log_normal", "median": -1.0, "kappa": 1.1},
        {"type": "multivariate_gaussian", "quantities": [], "means": [], "covariance": []},
    ],
)
def test_departures(section: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OF_MODEL.validate_python({"quantity": "n", **section})
