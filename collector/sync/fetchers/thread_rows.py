"""Convert issues and pull requests, as far as GitHub served them, to rows of the database."""

import json
from collections.abc import Iterable, Mapping

from collector.github import thread_models as m
from collector.prose_length import prose_length
from collector.store.batch import Batch, CompleteList, Row
from collector.sync.fetchers.rows import account, flag
from collector.sync.fetchers.texts import Texts, closing_words, lengths, reverts

# Columns that may legitimately be null, by the field that they come from: they are left out when GitHub does not serve
# the field. Columns that are never null keep their value anyway (`store.unserved_columns`).
_REFERENCE = ("source_repository", "source_number", "source_oid")
_ISSUE = {"author": ("author",), "stateReason": ("state_reason",), "closedAt": ("closed_at", "closed_by")}
_PULL_REQUEST = {
    "author": ("author",),
    "body": ("closes_repository", "closes_number", "reverts_repository", "reverts_number", "reverts_oid"),
    "lastEditedAt": ("body_edited_at",),
    "closedAt": ("closed_at",),
    "mergedAt": ("merged_at",),
    "mergedBy": ("merged_by",),
    "mergeCommit": ("merge_commit_oid",),
}
_WORDS = {"author": ("author",)}
_EVENT = {
    "actor": ("actor",),
    "stateReason": ("state_reason",),
    "label": ("label",),
    "willCloseTarget": ("will_close",),
    "closer": _REFERENCE,
    "source": _REFERENCE,
    "subject": _REFERENCE,
    "fromRepository": ("from_repository",),
    "review": ("review",),
    "discussion": ("discussion_number",),
}


def issue(batch: Batch, i: m.Issue, repository: int, texts: Texts) -> None:
    """Add an issue with its labels, comments and events to a batch."""
    row: Row = {
        "id": i.full_database_id,
        "node_id": i.id,
        "repository": repository,
        "number": i.number,
        "title": i.title,
        "body_length": length(i.body),
        "author": account(batch, i.author),
        "author_association": i.author_association,
        "state": i.state,
        "state_reason": i.state_reason,
        "locked": flag(i.locked),
        "created_at": i.created_at,
        "updated_at": i.updated_at,
        "closed_at": i.closed_at,
        "moved_to": None,
    }
    row |= _closed_by(batch, i)
    batch.add("issues", without(row, i.unserved, _ISSUE))
    if i.labels is not None:
        names = list(dict.fromkeys(label.name for label in i.labels.nodes))
        for name in names:
            batch.add("issue_labels", {"issue": i.full_database_id, "name": name})
        whole(batch, "issue_labels", {"issue": i.full_database_id}, names, "labels" in i.unserved)
    _comments(batch, i, repository, "Issue", texts)
    _events(batch, i, repository, "Issue")


def _closed_by(batch: Batch, i: m.Issue) -> Row:
    """Return the actor of an issue's last closing as a column; no column when GitHub does not serve it."""
    if i.closed_at is None:
        return {"closed_by": None}
    closing = [e for e in (i.timeline_items.nodes if i.timeline_items else ()) if e.typename == "ClosedEvent"]
    if "timelineItems" in i.unserved:  # a later closing may be missing from it
        closing = [e for e in closing if e.created_at == i.closed_at]
        if not closing:
            return {}
    if closing and "actor" in closing[-1].unserved:
        return {}
    return {"closed_by": account(batch, closing[-1].actor) if closing else None}


def pull_request(batch: Batch, p: m.PullRequest, repository: int, texts: Texts) -> None:
    """Add a pull request with its lists, except its diff, to a batch."""
    closes = closing_words(p.body or "")
    closes_repository, closes_number = closes[0] if closes else (None, None)
    row: Row = {
        "id": p.full_database_id,
        "node_id": p.id,
        "repository": repository,
        "number": p.number,
        "title": p.title,
        "body_length": length(p.body),
        "prose_length": None if p.body is None else prose_length(p.body),
        "body_edited_at": p.last_edited_at,
        "author": account(batch, p.author),
        "author_association": p.author_association,
        "state": p.state,
        "is_draft": flag(p.is_draft),
        "is_cross_repository": flag(p.is_cross_repository),
        "locked": flag(p.locked),
        "created_at": p.created_at,
        "updated_at": p.updated_at,
        "closed_at": p.closed_at,
        "merged_at": p.merged_at,
        "merged_by": account(batch, p.merged_by),
        "merge_commit_oid": p.merge_commit.oid if p.merge_commit else None,
        "base_ref": p.base_ref_name,
        "head_oid": p.head_ref_oid,
        "closes": None if p.body is None else json.dumps(closes),
        "closes_repository": closes_repository,
        "closes_number": closes_number,
        **reverts(p.body or ""),
    }
    batch.add("pull_requests", without(row, p.unserved, _PULL_REQUEST))
    if p.reviews is not None:
        submitted = [r for r in p.reviews.nodes if r.state != "PENDING"]
        for r in submitted:
            _add_review(batch, r, p.full_database_id)
        ids = [r.full_database_id for r in submitted]
        whole(batch, "reviews", {"pull_request": p.full_database_id}, ids, "reviews" in p.unserved)
    _comments(batch, p, repository, "PullRequest", texts)
    _events(batch, p, repository, "PullRequest")


def _add_review(batch: Batch, r: m.Review, pull_request: int) -> None:
    row: Row = {
        "id": r.full_database_id,
        "pull_request": pull_request,
        "author": account(batch, r.author),
        "author_association": r.author_association,
        "state": r.state,
        "submitted_at": r.submitted_at,
        **lengths(r.body),
    }
    batch.add("reviews", without(row, r.unserved, _WORDS))


def _comments(batch: Batch, thread: m.Issue | m.PullRequest, repository: int, kind: str, texts: Texts) -> None:
    if thread.comments is None:
        return
    where: Row = {"subject": thread.full_database_id, "subject_type": kind}
    for c in thread.comments.nodes:
        add_comment(batch, c, c.full_database_id, {"repository": repository, **where}, texts)
    ids = [c.full_database_id for c in thread.comments.nodes]
    whole(batch, "comments", where, ids, "comments" in thread.unserved)


def add_comment(batch: Batch, c: m.Comment, ident: int, where: Row, texts: Texts) -> None:
    """Add a comment to a batch; `where` has its repository, subject and subject_type."""
    row: Row = {
        "id": ident,
        **where,
        "author": account(batch, c.author),
        "author_association": c.author_association,
        "created_at": c.created_at,
        "updated_at": c.updated_at,
        **texts.comment(c.body),
    }
    batch.add("comments", without(row, c.unserved, _WORDS))


def _events(batch: Batch, thread: m.Issue | m.PullRequest, repository: int, kind: str) -> None:
    if thread.timeline_items is None:
        return
    for e in thread.timeline_items.nodes:
        source = e.closer or e.source or e.subject
        row: Row = {
            "id": e.id,
            "repository": repository,
            "subject": thread.full_database_id,
            "subject_type": kind,
            "type": e.typename,
            "actor": account(batch, e.actor),
            "created_at": e.created_at,
            "state_reason": e.state_reason,
            "label": e.label.name if e.label else None,
            "will_close": flag(e.will_close_target),
            "source_repository": source.repository.name_with_owner if source and source.repository else None,
            "source_number": source.number if source else None,
            "source_oid": source.oid if source else None,
            "review": e.review.full_database_id if e.review else None,
            "from_repository": e.from_repository.name_with_owner if e.from_repository else None,
            "discussion_number": e.discussion.number if e.discussion else None,
        }
        batch.add("events", without(row, e.unserved, _EVENT))
    where = {"subject": thread.full_database_id, "subject_type": kind}
    ids = [e.id for e in thread.timeline_items.nodes]
    whole(batch, "events", where, ids, "timelineItems" in thread.unserved)


def diff(batch: Batch, d: m.PullRequestDiff, pull_request: int, state: str | None) -> None:
    """Add the line counts and files of a pull request to a batch, and its commits if they were fetched.

    When all files are listed, the line counts are their sums and were not fetched. `state` is the state of the pull
    request that the diff belongs to; None when the diff is incomplete.
    """
    sizes = {"additions": d.additions, "deletions": d.deletions, "changed_files": d.changed_files}
    if d.additions is None and d.files is not None and not {"additions", "files"} & set(d.unserved):
        for column in ("additions", "deletions"):
            lines = [getattr(f, column) for f in d.files.nodes]
            sizes[column] = None if None in lines else sum(lines)
    batch.add("pull_requests", {"id": pull_request, **sizes, "diff_of": state})
    if d.files is not None:
        for f in d.files.nodes:
            row = {
                "pull_request": pull_request,
                "path": f.path,
                "additions": f.additions,
                "deletions": f.deletions,
                "change_type": f.change_type,
            }
            batch.add("pull_request_files", row)
        paths = [f.path for f in d.files.nodes]
        whole(batch, "pull_request_files", {"pull_request": pull_request}, paths, "files" in d.unserved)
    if d.commits is not None:
        own = [c.commit for c in d.commits.nodes]
        for c in own:
            row = {
                "pull_request": pull_request,
                "oid": c.oid,
                "headline": c.message_headline,
                "authored_at": c.authored_date,
                "committed_at": c.committed_date,
            }
            batch.add("pull_request_commits", row)
        oids = [c.oid for c in own]
        whole(batch, "pull_request_commits", {"pull_request": pull_request}, oids, "commits" in d.unserved)


def whole(batch: Batch, table: str, where: Row, keys: Iterable[object], cut: bool) -> None:
    """Declare `keys` the complete rows of a list, so that others are marked gone; not if the list is `cut` short."""
    if not cut:
        batch.complete_lists.append(CompleteList(table, where, frozenset(keys)))


def without(row: Row, unserved: Iterable[str], columns: Mapping[str, tuple[str, ...]]) -> Row:
    """Return a row without the unserved columns, whose stored values are kept."""
    left_out = {column for part in unserved for column in columns.get(part, ())}
    return {column: value for column, value in row.items() if column not in left_out}


def length(text: str | None) -> int | None:
    """Return the length of a text in characters; None when GitHub did not serve it."""
    return None if text is None else len(text)
