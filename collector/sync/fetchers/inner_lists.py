"""Read all pages of the lists within a thread or a pull request's diff, and check that they are consistent."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from collector.github import partial_responses, queries, reduced_queries
from collector.github.client import Forbidden, RequestFailed, TooHeavy, require
from collector.github.models import OddAnswer, Page, PageInfo, parse
from collector.github.responses import Success
from collector.sync.fetchers import partial_threads
from collector.sync.fetchers.pagination import Contradiction, Incomplete, Walk, steady
from collector.sync.fetchers.partial_threads import Reading
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.thread_kinds import InnerList


async def complete(source: Source, reading: Reading[Any], lists: Sequence[InnerList], what: str) -> dict[str, str]:
    """Read the lists of a thread to their ends. Returns the lists that contradict themselves, each with the reason.

    `what` names the thread in messages. Rows that GitHub does not serve are recorded in the reading. Raises NotThere
    when the thread has been deleted meanwhile.
    """
    doubts = {}
    for inner in lists:
        if getattr(reading.thing, inner.name) is None:
            continue
        try:
            await _complete(source, reading, inner, f"{inner.part} of {what}")
        except Contradiction as found:
            doubts[inner.part] = str(found)
        except Incomplete as found:
            doubts[inner.part] = found.message
    return doubts


async def _complete(source: Source, reading: Reading[Any], inner: InnerList, what: str) -> None:
    page: Page[Any] = getattr(reading.thing, inner.name)
    walk = Walk()
    walk.check(page, None, [inner.key(node) for node in page.nodes])
    sizes = source.github.pages("thread_lists")
    while page.next is not None:
        cursor = page.next

        # As a default, because the loop gives the name another value.
        async def ask(cursor: str = cursor) -> Page[Any]:
            variables = {"id": reading.thing.id, "after": cursor}
            answer = await source.github.graphql(
                inner.document, queries.load(inner.document), variables, source.meter, sizes, partial=True
            )
            return _rows(reading, inner, answer)

        try:
            more = await steady(walk, ask, cursor, inner.key, what)
        except Forbidden as error:
            partial_threads.lose(reading, inner.part, error.said)
            break
        except TooHeavy as error:
            partial_threads.lose(reading, inner.part, error.message)
            # Even this row alone was too much: the list goes on behind it, at first with one row a page.
            page.page_info = await _past(source, reading, inner, cursor)
            sizes.restore(1)
            continue
        except (RequestFailed, OddAnswer) as error:
            partial_threads.lose(reading, inner.part, error.message)
            break
        page = replace(more, nodes=page.nodes + more.nodes)
        setattr(reading.thing, inner.name, page)
    if inner.counted and inner.part not in reading.thing.unserved:
        walk.end(page.total_count)


def _rows(reading: Reading[Any], inner: InnerList, answer: Success) -> Page[Any]:
    """Return a further page of a list; rows that GitHub does not serve are recorded in the reading."""
    raw = require(answer, "node.page", inner.part)
    rows = partial_threads.inner_page(inner, raw, partial_responses.below(answer.field_errors, ("node", "page")))
    if rows.lost:
        partial_threads.lose(reading, inner.part, rows.lost)
    elif rows.odd:
        reading.troubles[inner.part] = rows.odd
    return rows.page


async def _past(source: Source, reading: Reading[Any], inner: InnerList, cursor: str) -> PageInfo:
    """Return the page info after skipping one row behind a cursor; as if the list ended there when that fails."""
    variables = {"id": reading.thing.id, "first": 1, "after": cursor}
    try:
        answer = await source.github.graphql(
            inner.document, reduced_queries.cursors_only(inner.document), variables, source.meter, can_split=True
        )
    except RequestFailed:
        return PageInfo(has_next_page=False)
    return parse(Page[Any], {"nodes": [], **require(answer, "node.page", inner.part)}, inner.document).page_info
