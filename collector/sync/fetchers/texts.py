"""What is kept of the texts of threads: lengths, a keyed hash, review commands, closing keywords, reverts."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from collector.config.review_commands import is_review_command
from collector.prose_length import prose_length
from collector.store.batch import Row
from collector.store.text_hash import text_hash

# GitHub's closing keywords:
# https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
_CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+"
    r"(?:https?://[^/\s]+/([\w.-]+/[\w.-]+)/issues/|([\w.-]+/[\w.-]+)#|#|GH-)(\d+)\b",
    re.IGNORECASE,
)
# What GitHub's button and git's command write into a revert:
# https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/reverting-a-pull-request
# https://git-scm.com/docs/git-revert
_REVERTS = re.compile(
    r"\bReverts?:?\s+(?:https?://[^/\s]+/([\w.-]+/[\w.-]+)/pull/|([\w.-]+/[\w.-]+)#|#)(\d+)\b"
    r"|\bThis reverts commit ([0-9a-f]{7,40})\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


@dataclass(frozen=True)
class Texts:
    """Turns texts into columns; `key` is the database's `hash_key`, `review_commands` those of the project."""

    key: str
    review_commands: Collection[str]

    def comment(self, body: str | None) -> Row:
        """Return the columns of a comment's text; all are null when GitHub did not serve it."""
        if body is None:
            return dict.fromkeys((*lengths(None), "text_hash", "is_review_command"))
        command = int(is_review_command(body, self.review_commands))
        return {**lengths(body), "text_hash": text_hash(body, self.key), "is_review_command": command}


def lengths(body: str | None) -> Row:
    """Return the length of a text, and of its prose, as columns; null when GitHub did not serve it."""
    if body is None:
        return {"length": None, "prose_length": None}
    return {"length": len(body), "prose_length": prose_length(body)}


def closing_words(text: str) -> list[tuple[str | None, int]]:
    """Return the issues that a text closes by keyword, in order and each once.

    Each is (owner/name, or None for the same repository; number).
    """
    found = _CLOSES.finditer(_CODE.sub(" ", text))
    return list(dict.fromkeys((one[1] or one[2], int(one[3])) for one in found))


def reverts(text: str) -> Row:
    """Return the columns that say what a text reverts: the first pull request or commit that it says it reverts."""
    found = _REVERTS.search(text)
    if found is None:
        return {"reverts_repository": None, "reverts_number": None, "reverts_oid": None}
    number = int(found[3]) if found[3] else None
    return {"reverts_repository": found[1] or found[2], "reverts_number": number, "reverts_oid": found[4]}
