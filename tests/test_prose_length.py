import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.prose_length import prose_length

PARTS = st.lists(
    st.sampled_from(["`", "```", "~~~", "\n", ">", " ", "<!--", "-->", "word", "é", "\r\n", "<br>", "&amp;", "\u200b"]),
    max_size=40,
)


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
        ("1 < 2 and 3 > 2, <https://example.org>", "1 < 2 and 3 > 2, <https://example.org>"),
        ("One<br>two<br/>\n<p align='left'>three</p>", "One two three"),
        ("<details><summary>Why</summary></details>", "Why"),
        ("Tom &amp; Ann &lt;br&gt;", "Tom & Ann <br>"),
        ("caf\u00e9 \u0440\u0443\u0441 \u4e2d", "caf\u00e9 \u0440\u0443\u0441 \u4e2d"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_only_prose_counts(text: str, prose: str) -> None:
    assert prose_length(text) == len(prose)


@pytest.mark.parametrize(
    "filler",
    [
        *"\u200b\u2060\ufeff\u00ad\u3164\u2800\ufe0f\U000e0041\x00\x1f\u00a0\u2003",
        *("&nbsp;", "&#8203;", "&#x200B;", "&ZeroWidthSpace;", "&zwj;"),
        *("<br>", "<br />", "<p></p>", "<img src='x.png'>"),
    ],
)
def test_what_nobody_sees_has_no_length(filler: str) -> None:
    assert prose_length(filler * 200) == 0
    assert prose_length(f"Fixed.{filler * 200}") == len("Fixed.")


@given(PARTS.map("".join))
def test_prose_is_never_longer_than_the_text(text: str) -> None:
    assert 0 <= prose_length(text) <= len(text)


@given(PARTS.map("".join))
def test_a_quote_adds_nothing(text: str) -> None:
    quoted = "".join(f"> {line}\n" for line in text.splitlines())
    assert prose_length(f"{quoted}Mine.") == len("Mine.")
