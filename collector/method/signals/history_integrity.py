"""Was public evidence removed or rewritten?"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from collector import clock
from collector.method.constants import LEAST_OBJECTS
from collector.method.definition import Context, SignalDefinition
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.text import plural

REWRITES = ("default_branch", "version")
"""The evidence's kinds of rows that are rewrites; the others are objects."""


def history_integrity(
    objects: int, charged: int, rewrites: int, companions: Mapping[str, object], context: Context
) -> Signal:
    """(1 - charged / objects) / (1 + rewrites); n is the objects.

    `objects` are the issues, pull requests and releases seen in the window, `charged` those of them that vanished or
    arrived late, `rewrites` the force pushes to default branches and the versions whose tag or date of publication
    changed. The interval is Wilson's on the first factor.
    """
    shown = {**companions, "rewrites": rewrites, "vanished_or_late": charged}
    reason = context.too_young()
    if reason is None and objects < LEAST_OBJECTS:
        found = plural(objects, "issue, pull request or release", "issues, pull requests and releases")
        reason = f"{found} watched over two complete syncs a week apart, {LEAST_OBJECTS} needed"
    if reason:
        return context.insufficient(reason, objects, shown)
    low, high = wilson(objects - charged, objects)
    value = (1 - charged / objects) / (1 + rewrites)
    return context.measured(value, (low / (1 + rewrites), high / (1 + rewrites)), objects, shown)


def _compute(context: Context) -> Signal:
    charges = Counter(str(row["charge"]) for row in context.counted if row["charge"])
    rewrites = sum(row["kind"] in REWRITES for row in context.counted)
    objects = len(context.counted) - rewrites
    charged = charges["vanished"] + charges["arrived_late"]
    shown: dict[str, object] = {**dict(sorted(charges.items())), "numbers_never_seen": _numbers_never_seen(context)}
    return history_integrity(objects, charged, rewrites, shown, context)


def _numbers_never_seen(context: Context) -> int:
    """Numbers between a repository's first and last thread of the window that belong to no known issue or pull request.

    They belong to discussions, or to what was removed before the first look. GitHub's own removal of spam leaves the
    same gaps, so they are shown and not charged.
    """
    begin = clock.to_text(context.window.start)
    seen: dict[str, set[int]] = defaultdict(set)
    first: dict[str, int] = {}
    for row in context.rows:
        number, repository = row["number"], row["repository"]
        if number is not None:
            seen[repository].add(number)
            if row["dated"] >= begin:
                first[repository] = min(number, first.get(repository, number))
    return sum(
        max(seen[repository]) - low + 1 - sum(number >= low for number in seen[repository])
        for repository, low in first.items()
    )


SIGNAL = SignalDefinition(
    key="history_integrity",
    family="integrity",
    title="Public record left as it was",
    question="Was public evidence removed or rewritten?",
    unit="0..1",
    direction="up",
    least_n=f"{LEAST_OBJECTS} objects, 2 complete syncs a week apart",
    compute=_compute,
    naive=lambda dashboard, project: {},  # no dashboard shows one
)
