"""The numbers that node ids hold."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.emulator.node_ids import node_id
from collector.github import node_ids

NUMBERS = st.integers(0, 2**63 - 1)


@pytest.mark.parametrize(
    ("node_id", "number"),
    [
        ("R_kgDOABPHjQ", 1296269),
        ("MDEwOlJlcG9zaXRvcnkxMjk2MjY5", 1296269),
        ("MDc6UmVsZWFzZTE=", 1),
        ("U_kgAB", 1),
    ],
)
def test_forms_that_github_has_shown(node_id: str, number: int) -> None:
    assert node_ids.number(node_id) == number


@given(NUMBERS, NUMBERS)
def test_any_number_in_the_new_form(repository: int, number: int) -> None:
    assert node_ids.number(node_id("RE", repository, number)) == number


@given(NUMBERS)
def test_any_number_in_the_old_form(number: int) -> None:
    assert node_ids.number(b64encode(f"07:Release{number}".encode()).decode()) == number


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "_",
        "R_",
        "R_kgDO",
        "R_kgDOAAAAAAATx40",
        "R_kqNhYmOjYWJj",
        "MDg6UmVsZWFzZTE=",
        "07:Release1",
        "R_k",
        "R_\u00e9",
        node_id("RE", 1, 2**63),
        b64encode(f"07:Release{2**63}".encode()).decode(),
        b64encode(f"07:Release{'9' * 5_000}".encode()).decode(),
    ],
)
def test_what_is_of_no_known_form(odd: str) -> None:
    assert node_ids.number(odd) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    node_ids.number(text)
    node_ids.number(f"R_{text}")
