"""The hint for a misspelt name."""

import pytest

from morefit_py.errors import ColumnError, DataError, nearest


@pytest.mark.parametrize(
    ("name", "candidates", "hint"),
    [
        ("gausian", ["gaussian", "argus"], "; did you mean 'gaussian'?"),
        ("xyz", ["gaussian", "argus"], "; known are argus, gaussian"),
        ("xyz", [], ""),
        ("xyz", [f"name{number:02}" for number in range(13)], ", name11, ..."),
    ],
)
def test_nearest(name: str, candidates: list[str], hint: str) -> None:
    assert nearest(name, candidates).endswith(hint)
    assert bool(nearest(name, candidates)) is bool(hint)


def test_what_a_bad_expression_of_columns_is_for() -> None:
    found = ColumnError("data.root", "selection", "no branch 'y'")
    assert isinstance(found, DataError)
    assert str(found) == "data.root: selection: no branch 'y'"
    assert (found.what, found.problem) == ("selection", "data.root: no branch 'y'")
