import re

import pytest

from collector.method.registry import SIGNALS
from collector.report import words
from collector.report.html import prose
from tests.report.html.tree import parse


def test_marks_become_elements_and_all_else_is_text() -> None:
    text = "# About *it*\n\nOne `a < *b*` and **two** <b>,\n[here](https://example.com/a) or [there](there.md)."
    text += "\n\n- x\n- y"
    assert prose.html(text) == (
        "<h2>About <em>it</em></h2>\n<p>One <code>a &lt; *b*</code> and <strong>two</strong> &lt;b&gt;,\n"
        '<a href="https://example.com/a">here</a> or there.</p>\n<ul><li>x</li><li>y</li></ul>'
    )


@pytest.mark.parametrize("key", [s.key for s in SIGNALS])
def test_each_signal_has_every_part_and_no_mark_is_left(key: str) -> None:
    parts = prose.signal(key)
    assert list(parts) == ["", prose.EXAMPLE, prose.ATTACKS, prose.BLIND]
    for html in parts.values():
        parse(html)
        assert len(html) > 30
        assert not {"*", "`", "{"} & set(html.replace("<code>", "").replace(" * ", " ")) or "code" in html


@pytest.mark.parametrize("text", [prose.shared_rules(), *("".join(prose.signal(s.key).values()) for s in SIGNALS)])
def test_statuses_states_and_signals_have_the_words_of_reports(text: str) -> None:
    shown = set(re.findall(r"<code>([^<]+)</code>", text))
    assert shown & {*words.STATUSES, *words.STATES, *(s.key for s in SIGNALS)} == set()
    assert "author-day" not in text
    assert "an day" not in text.lower()
