"""Rows that come out differently have a version of their own, or databases that exist would keep their old ones."""

from tests.derive.recorded import RECORDED, derived


def test_the_same_facts_give_the_recorded_rows() -> None:
    assert derived() == RECORDED.read_text(encoding="utf-8"), (
        "The derived rows have changed. If that is meant, raise DERIVATION_VERSION in collector/derive/__init__.py, "
        "then run: python -m tests.derive.recorded"
    )
