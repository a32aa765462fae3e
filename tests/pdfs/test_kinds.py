import pytest

from morefit_py.graph.build import Node, Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.kinds import ANNOTATIONS, kind_of


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (Observable, "Observable"),
        (Operand, "Operand"),
        (tuple[Operand, ...], "tuple[Operand, ...]"),
        (float, "float"),
        (tuple[float, ...], "tuple[float, ...]"),
        (str, "str"),
        (Node, "Node"),
    ],
)
def test_postponed_annotations_are_the_same(annotation: object, text: str) -> None:
    assert kind_of(annotation) == kind_of(text)
    assert text in ANNOTATIONS


def test_other_annotations_have_no_kind() -> None:
    assert kind_of("bool") is None
    assert kind_of(int) is None
