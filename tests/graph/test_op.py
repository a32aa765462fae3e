"""The operation table."""

from __future__ import annotations

from morefit_py.graph.op import BOOLEAN, BY_TEXT, COMMUTATIVE, LEAVES, UNARY, Op, Stage


def test_texts_are_unique_and_find_their_operation() -> None:
    assert len(BY_TEXT) == len(Op)
    assert all(BY_TEXT[op.text] is op for op in Op)
    assert len({op.tag for op in Op}) == len(Op)


def test_arities() -> None:
    assert all(op.arity == 0 for op in LEAVES)
    assert all(op.arity == 2 for op in COMMUTATIVE)
    assert all(op.arity == 1 for op in UNARY)
    assert [op for op in Op if op.arity == 3] == [Op.SELECT]
    assert [op for op in Op if op.arity < 0] == [Op.INNER, Op.CURVE]


def test_nothing_but_leaves_sums_and_marks_is_free() -> None:
    assert {op for op in Op if op.cost == 0} == LEAVES | {Op.SUM, Op.INNER, Op.DETACH}
    assert all(op.cost == 1 for op in BOOLEAN)


def test_stages_unite_as_bits() -> None:
    assert Stage.CALL | Stage.DATASET == Stage.EVENT
    assert Stage.COMPILE | Stage.CALL == Stage.CALL
    assert type(3 & Stage.DATASET) is int


def test_representation_is_the_text() -> None:
    assert repr(Op.ERFCX) == "erfcx"
