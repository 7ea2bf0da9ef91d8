import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.text import prose_length

PARTS = st.lists(st.sampled_from(["`", "```", "~~~", "\n", ">", " ", "<!--", "-->", "word", "é", "\r\n"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("", ""),
        ("Two  words,\n\nthen more.", "Two words, then more."),
        ("> what you said\n>> and before\nAgreed.", "Agreed."),
        ("Before\n```py\nx = 1\n```\nafter", "Before after"),
        ("Before\r\n```\r\nx\r\n```\r\nafter", "Before after"),
        ("Before\n~~~\n```\nx\n~~~\nafter", "Before after"),
        ("Before\n````\n```\nx\n```\n````\nafter", "Before after"),
        ("Never closed\n```\nx\ny", "Never closed"),
        ("```\n```\nEmpty.", "Empty."),
        ("Call `run()` or ``a ` b`` first.", "Call or first."),
        ("```run``` is a span, not a fence.", "is a span, not a fence."),
        ("A lone ` stays.", "A lone ` stays."),
        ("<!-- a form\nsays --> Mine.", "Mine."),
        ("    indented stays", "indented stays"),
        ("1 > 0", "1 > 0"),
    ],
)
def test_only_prose_counts(text: str, prose: str) -> None:
    assert prose_length(text) == len(prose)


@given(PARTS.map("".join))
def test_prose_is_never_longer_than_the_text(text: str) -> None:
    assert 0 <= prose_length(text) <= len(text)


@given(PARTS.map("".join))
def test_a_quote_adds_nothing(text: str) -> None:
    quoted = "".join(f"> {line}\n" for line in text.splitlines())
    assert prose_length(f"{quoted}Mine.") == len("Mine.")
