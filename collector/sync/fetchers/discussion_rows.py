"""Convert discussions, as far as GitHub served them, to rows of the database."""

from collector.github import node_ids
from collector.github import thread_models as m
from collector.store.batch import Batch, Row
from collector.sync.fetchers.rows import account
from collector.sync.fetchers.texts import Texts
from collector.sync.fetchers.thread_rows import add_comment, length, whole, without

# Columns that may legitimately be null, by the field that they come from (see thread_rows).
_DISCUSSION = {
    "author": ("author",),
    "stateReason": ("state_reason",),
    "closedAt": ("closed_at",),
    "answer": ("answer_comment",),
    "answerChosenAt": ("answer_chosen_at",),
    "answerChosenBy": ("answer_chosen_by",),
}


def discussion(batch: Batch, d: m.Discussion, repository: int, texts: Texts) -> None:
    """Add a discussion with its comments and their replies to a batch."""
    row: Row = {
        "id": d.full_database_id,
        "node_id": d.id,
        "repository": repository,
        "number": d.number,
        "title": d.title,
        "body_length": length(d.body),
        "author": account(batch, d.author),
        "author_association": d.author_association,
        "category": d.category.name if d.category else None,
        "is_answerable": int(d.category.is_answerable) if d.category else None,
        "state_reason": d.state_reason,
        "created_at": d.created_at,
        "updated_at": d.updated_at,
        "closed_at": d.closed_at,
        "answer_comment": _answer(d.answer),
        "answer_chosen_at": d.answer_chosen_at,
        "answer_chosen_by": account(batch, d.answer_chosen_by),
    }
    batch.add("discussions", without(row, d.unserved, _DISCUSSION))
    if d.comments is None:
        return
    where: Row = {"subject": d.full_database_id, "subject_type": "Discussion"}
    there = [c for c in d.comments.nodes if c.deleted_at is None]
    for c in there:
        add_comment(batch, c, comment_id(c.full_database_id), {"repository": repository, **where}, texts)
    ids = [comment_id(c.full_database_id) for c in there]
    whole(batch, "comments", where, ids, "comments" in d.unserved)


def comment_id(ident: int) -> int:
    """Return the id in the table `comments` of a comment on a discussion, by GitHub's id.

    GitHub numbers these comments apart from those on issues and pull requests, so the same number may be in both: here
    they are negative.
    """
    return -ident


def _answer(answer: m.Answer | None) -> int | None:
    if answer is None:
        return None
    ident = answer.full_database_id or node_ids.number(answer.id)
    return comment_id(ident) if ident is not None else None
