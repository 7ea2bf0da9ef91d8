"""What is read from the texts of threads."""

import pytest

from collector.store.text_hash import text_hash
from collector.sync.fetchers import texts

KEY = "key"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fixes #12", [(None, 12)]),
        ("resolves: #3 and closes #4, fixes #3", [(None, 3), (None, 4)]),
        ("CLOSED GH-7", [(None, 7)]),
        ("close acme/engine#5", [("acme/engine", 5)]),
        ("Fixed https://github.com/acme/engine/issues/9", [("acme/engine", 9)]),
        ("See #12", []),
        ("Prefixes #12", []),
        ("`fixes #1` but closes #2", [(None, 2)]),
        ("```\nfixes #1\n```\n", []),
        ("", []),
    ],
)
def test_issues_that_a_text_closes(text: str, found: list[tuple[str | None, int]]) -> None:
    assert texts.closing_words(text) == found


def test_texts_that_say_the_same_have_one_hash() -> None:
    one = text_hash("Thanks @alice, see https://x.example/1 and #12!", KEY)
    assert one == text_hash("THANKS  @bob, see https://y.example/2\nand #99!", KEY)
    assert one == text_hash("> quoted\nThanks @alice, see https://x.example/1 and #12!", KEY)
    assert one != text_hash("Thanks a lot", KEY)
    assert one != text_hash("Thanks @alice, see https://x.example/1 and #12!", "another key")


@pytest.mark.parametrize(
    ("text", "repository", "number", "oid"),
    [
        ("Reverts acme/engine#12", "acme/engine", 12, None),
        ("Reverts #12 and #13", None, 12, None),
        ("Reverts https://github.com/acme/engine/pull/12", "acme/engine", 12, None),
        (f"Revert it.\n\nThis reverts commit {'a1' * 20}.", None, None, "a1" * 20),
        ("This reverts commit 0123abc, reversing changes made to 89abcde.", None, None, "0123abc"),
        ("See #12", None, None, None),
        ("", None, None, None),
    ],
)
def test_what_a_text_reverts(text: str, repository: str | None, number: int | None, oid: str | None) -> None:
    expected = {"reverts_repository": repository, "reverts_number": number, "reverts_oid": oid}
    assert texts.reverts(text) == expected
