"""Read the replies to the comments on discussions, and append them to the comments.

A page of discussions with comments and replies would cost a point for every hundred comments that it has room for. The
replies are queried by the ids of the comments instead: a point for every hundred comments that there are.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from collector.github import partial_responses, queries
from collector.github.client import NotThere, TooHeavy
from collector.github.models import OddAnswer
from collector.github.responses import Success
from collector.github.thread_models import DiscussionComment
from collector.sync.fetchers import inner_lists, partial_threads
from collector.sync.fetchers.partial_threads import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_kinds import InnerList

REPLIES = InnerList("replies", "replies", "MoreReplies", DiscussionComment, lambda reply: reply.full_database_id)

_Asked = tuple[Reading[Any], DiscussionComment]


async def complete(source: Source, readings: Sequence[Reading[Any]]) -> dict[str, str]:
    """Append the replies to the comments of these discussions. Return why some contradict themselves, by node id.

    Where GitHub does not serve all replies, the comments of that discussion are recorded as not served.
    """
    asked: list[_Asked] = [(r, c) for r in readings if r.thing.comments is not None for c in r.thing.comments.nodes]
    sizes, at = source.github.pages("replies"), 0
    doubts: dict[str, str] = {}
    while at < len(asked):
        part = asked[at : at + sizes.size]
        variables = {"ids": [comment.id for _, comment in part]}
        try:
            answer = await source.github.graphql(
                "Replies", queries.load("Replies"), variables, source.meter, can_split=True, partial=True
            )
        except TooHeavy as error:
            if sizes.failed():
                continue
            partial_threads.lose(part[0][0], "comments", error.message)
        else:
            sizes.worked()
            for place, (reading, comment) in enumerate(part):
                why = await _append(source, reading, comment, answer, place)
                if why is not None:
                    doubts[reading.thing.id] = why
        at += len(part)
    return doubts


async def _append(
    source: Source, reading: Reading[Any], comment: DiscussionComment, answer: Success, place: int
) -> str | None:
    """Append the replies to one comment. Return why their list contradicts itself, if it does."""
    node = answer.data["nodes"][place]
    absence = answer.missing.get(str(place)) if node is None else None
    if absence is not None and absence.reason == "not_found":
        return None  # it was deleted meanwhile
    try:
        if node is None or node.get("replies") is None:
            raise OddAnswer(absence.message if absence else partial_threads.UNEXPLAINED)
        errors = partial_responses.below(answer.field_errors, ("nodes", place, "replies"))
        rows = partial_threads.inner_page(REPLIES, node["replies"], errors)
    except OddAnswer as error:
        partial_threads.lose(reading, "comments", error.message)
        return None
    comment.replies = rows.page
    below = Reading(comment)
    if rows.lost:
        partial_threads.lose(below, REPLIES.part, rows.lost)
    what = f"comment {comment.full_database_id} of discussion {reading.thing.number}"
    try:
        doubts = await inner_lists.complete(source, below, [REPLIES], what)
    except NotThere:
        return None  # as above
    if REPLIES.part in comment.unserved:
        partial_threads.lose(reading, "comments", below.troubles[REPLIES.part])
    elif rows.odd or below.troubles:
        reading.troubles["comments"] = rows.odd or below.troubles[REPLIES.part]
    comments = reading.thing.comments
    reading.thing.comments = replace(comments, nodes=comments.nodes + comment.replies.nodes)
    return doubts.get(REPLIES.part)
