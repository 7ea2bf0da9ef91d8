"""Ask GitHub whether the authors of vanished objects are still there: it removes a spammer together with the texts.

One query for all of them, of one point; without vanished objects nothing is asked.
"""

from collections.abc import Mapping

from collector.derive import needed_accounts
from collector.github import queries
from collector.github.client import GitHub, Meter, NotThere, RequestFailed
from collector.store import state, write
from collector.sync.parts import Part
from collector.sync.storekeeper import Storekeeper

KIND = "vanished_authors"


async def ask(github: GitHub, keeper: Storekeeper, parts: list[Part]) -> None:
    """Ask about the accounts that are due, record which are gone, and add the part of the run to `parts`.

    A request that fails is recorded, and the rest is asked in the next run. Raises only errors that stop the whole run.
    """
    due = await keeper.read(needed_accounts.needed, keeper.now)
    if not due:
        return
    part = Part("*", KIND, outcome="stopped")
    parts.append(part)
    try:
        found = await _by_node_id(github, {node: ident for ident, node in due.items() if node}, part.meter)
        for ident in (ident for ident, node in due.items() if node is None):
            found[ident] = await _by_number(github, ident, part.meter)
    except RequestFailed as error:
        part.outcome = "failed"
        await keeper.change(state.record_error, keeper.run, "*", KIND, str(error), keeper.now)
        return
    for ident, is_there in found.items():
        if is_there is not None:
            part.counts.gone += await keeper.change(write.record_account, ident, is_there, keeper.now)
    part.outcome = "done"


async def _by_node_id(github: GitHub, nodes: Mapping[str, int], meter: Meter) -> dict[int, bool | None]:
    """Return by database id whether GitHub shows each account; None if it does not say."""
    if not nodes:
        return {}
    query = queries.load("AccountsById")
    answer = await github.graphql("AccountsById", query, {"ids": list(nodes)}, meter, partial=True)
    found: dict[int, bool | None] = {}
    for place, (ident, node) in enumerate(zip(nodes.values(), answer.data["nodes"], strict=True)):
        absence = answer.missing.get(str(place))
        is_gone = node is None and absence is not None and absence.reason == "not_found"
        found[ident] = True if node is not None else False if is_gone else None
    return found


async def _by_number(github: GitHub, ident: int, meter: Meter) -> bool | None:
    """Return whether GitHub shows an account whose node id was never stored; None if this token may not ask.

    https://docs.github.com/en/rest/users/users#get-a-user-using-their-id
    """
    try:
        await github.rest(f"/user/{ident}", {}, meter)
    except NotThere as error:
        return False if error.reason in ("not_found", "gone") else None
    return True
