"""Integrity: how much rests on clocks that nobody can set, and whether public evidence stays what it was."""

from collections.abc import Mapping
from datetime import datetime

from collector.method import curves
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.method.window import Window
from collector.plain import plural

LEAST_AUTHOR_DAYS = 20
LEAST_OBJECTS = 30


def server_evidence(
    server: int,
    client: int,
    unwitnessed: int,
    window: Window,
    created_at: datetime,
    naive: dict[str, object],
    excluded: dict[str, int],
) -> Signal:
    """How much rests on the clocks of GitHub's servers?

    `server` are the window's landed author-days that GitHub's servers date (T1 and T2), `client` those that only the
    client dates, `unwitnessed` how many of them all landed before our first complete sync. `created_at` is the
    creation of the oldest repository. The value is the share of the first with Wilson's interval; n is all of them.
    """
    key = "server_evidence"
    n = server + client
    companions: dict[str, object] = {"client_dated_author_days": client, "unwitnessed": unwitnessed / n if n else None}
    reason = window.too_young(created_at)
    if reason is None and n < LEAST_AUTHOR_DAYS:
        reason = f"{plural(n, 'author-day')}, {LEAST_AUTHOR_DAYS} needed"
    if reason:
        return Signal.insufficient(key, reason, n=n, naive=naive, companions=companions, excluded=excluded)
    return Signal.measured(
        key,
        value=server / n,
        interval=wilson(server, n),
        n=n,
        score=curves.score(key, server / n),
        naive=naive,
        companions=companions,
        excluded=excluded,
    )


def history_integrity(
    objects: int,
    charged: int,
    rewrites: int,
    companions: Mapping[str, object],
    window: Window,
    created_at: datetime,
    excluded: dict[str, int],
) -> Signal:
    """Was public evidence removed or rewritten?

    `objects` are the issues, pull requests and releases seen in the window, `charged` those of them that vanished or
    arrived late, `rewrites` the force pushes to default branches and the versions whose tag moved or vanished or whose
    publication was dated anew. `created_at` is the creation of the oldest repository. The value is
    (1 - charged / objects) / (1 + rewrites), the interval that of Wilson on the first factor; n is the objects.
    """
    key = "history_integrity"
    shown = {**companions, "rewrites": rewrites, "vanished_or_late": charged}
    reason = window.too_young(created_at)
    if reason is None and objects < LEAST_OBJECTS:
        found = plural(objects, "issue, pull request or release", "issues, pull requests and releases")
        reason = f"{found} watched over two complete syncs a week apart, {LEAST_OBJECTS} needed"
    if reason:
        return Signal.insufficient(key, reason, n=objects, companions=shown, excluded=excluded)
    low, high = wilson(objects - charged, objects)
    value = (1 - charged / objects) / (1 + rewrites)
    return Signal.measured(
        key,
        value=value,
        interval=(low / (1 + rewrites), high / (1 + rewrites)),
        n=objects,
        score=curves.score(key, value),
        naive={},
        companions=shown,
        excluded=excluded,
    )
