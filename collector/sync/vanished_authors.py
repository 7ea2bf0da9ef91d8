"""Ask GitHub whether the authors of vanished objects are still there: it removes a spammer together with the texts.

One REST request for each account, which takes no GraphQL points. Without vanished objects nothing is asked.
"""

from collector.derive import needed_accounts
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
    for ident in due:
        try:
            is_there = await _is_there(github, ident, part.meter)
        except RequestFailed as error:
            part.outcome = "failed"
            await keeper.change(state.record_error, keeper.run, "*", KIND, str(error), keeper.now)
            return
        if is_there is not None:
            part.counts.gone += await keeper.change(write.record_account, ident, is_there, keeper.now)
    part.outcome = "done"


async def _is_there(github: GitHub, ident: int, meter: Meter) -> bool | None:
    """Return whether GitHub shows an account; None if this token may not ask.

    https://docs.github.com/en/rest/users/users#get-a-user-using-their-id
    """
    try:
        await github.rest(f"/user/{ident}", {}, meter)
    except NotThere as error:
        return False if error.reason in ("not_found", "gone") else None
    return True
