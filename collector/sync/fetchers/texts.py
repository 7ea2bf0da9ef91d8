"""What is kept of the texts of threads: lengths, a keyed hash, and whether one is a review command."""

from collections.abc import Collection
from dataclasses import dataclass

from collector.config.review_commands import is_review_command
from collector.store.batch import Row
from collector.store.text_hash import text_hash
from collector.text import prose_length


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
