"""How much rests on the clocks of GitHub's servers, which nobody can set?"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from collector.derive.exclusions import CLIENT_DATED
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import WORK
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.method_constants import LEAST_DATED_DAYS
from collector.text import lacking


def server_evidence(clocks: Mapping[str, int], unwitnessed: int, context: Context) -> Signal:
    """Return the share of landed author-days that GitHub's servers date, with Wilson's interval; n is all of them.

    `clocks` counts the author-days that a `server` dates (T1 and T2), those that only the `client` does, and those
    `contained` in an event that says no more than that they had landed by then; `unwitnessed` how many of them all
    landed before the first complete sync.
    """
    n, server = sum(clocks.values()), clocks.get("server", 0)
    companions: dict[str, object] = {
        "client_dated_author_days": clocks.get("client", 0),
        "contained_author_days": clocks.get("contained", 0),
        "unwitnessed": unwitnessed / n if n else None,
    }
    reason = context.too_young()
    if reason is None and n < LEAST_DATED_DAYS:
        reason = lacking(f"{LEAST_DATED_DAYS} author-days", n)
    if reason:
        return context.insufficient(reason, n, companions)
    return context.measured(server / n, wilson(server, n), n, companions)


def _compute(context: Context) -> Signal:
    # An author-day is witnessed if any of its rows is, and counts once: a server dates it if it dates any of its rows.
    witnessed: dict[tuple[str, str], bool] = defaultdict(bool)
    clocks: dict[tuple[str, str], str] = {}
    for row in context.counted:
        day = row["bucket"], row["day"]
        witnessed[day] |= bool(row["witnessed"])
        if clocks.get(day) != "server":
            clocks[day] = str(row["clock"])
    return server_evidence(Counter(clocks.values()), sum(not seen for seen in witnessed.values()), context)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"verified_commits": dashboard.commits(project).verified}


SIGNAL = SignalDefinition(
    key="server_evidence",
    family="integrity",
    title="Dated by GitHub's own clocks",
    question="How much rests on the clocks of GitHub's servers?",
    unit="share",
    direction="up",
    least_n=f"{LEAST_DATED_DAYS} author-days",
    reads=("day", "clock", "bucket", "witnessed"),
    compute=_compute,
    naive=_naive,
    naive_figures={"verified_commits": "share of the window's commits with a signature that GitHub verified"},
    leaves_out=tuple(one for one in WORK if one != CLIENT_DATED),
)
