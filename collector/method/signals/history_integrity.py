"""Was public evidence removed or rewritten?"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collector.method.definition import Context, Row, SignalDefinition
from collector.method.left_out import ACCOUNTS
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.method_constants import LEAST_OBJECTS
from collector.text import lacking


@dataclass(frozen=True)
class Kept:
    """How much of something is as it was: the weight that is, of the weight of all."""

    kept: float
    of: float

    @property
    def share(self) -> float:
        """The share; 1 where there was nothing to keep."""
        return self.kept / self.of if self.of else 1.0


def history_integrity(
    n: int, objects: Kept, work: Kept, versions: Kept, companions: Mapping[str, object], context: Context
) -> Signal:
    """Return the product of the shares of objects, work and versions that are as they were; n is the number of objects.

    Objects weigh 1 / (objects of their author), so that their weight is the number of authors. The interval is Wilson's
    of the objects' share, times the other two shares: few releases are no doubt about the record.
    """
    shown: dict[str, object] = {
        "objects_kept": objects.share,
        "work_kept": work.share,
        "versions_kept": versions.share,
        **companions,
    }
    reason = context.too_young()
    if reason is None and n < LEAST_OBJECTS:
        watched = "issues, pull requests, releases and comments watched over two complete syncs a week apart"
        reason = lacking(f"{LEAST_OBJECTS} {watched}", n)
    if reason:
        return context.insufficient(reason, n, shown)
    low, high = wilson(objects.kept, objects.of)
    others = work.share * versions.share
    return context.measured(objects.share * others, (low * others, high * others), n, shown)


def _compute(context: Context) -> Signal:
    charges: Counter[str] = Counter()
    days: dict[tuple[str, str], bool] = defaultdict(bool)
    objects: list[Row] = []  # issues, pull requests, releases and comments
    versions: list[Row] = []
    for row in context.counted:
        kind, charge = row["kind"], row["charge"]
        if kind == "work":
            days[str(row["author"]), row["dated"]] |= charge is not None
            continue
        (versions if kind == "version" else objects).append(row)
        if charge:
            charges[str(charge)] += 1
    altered = sum(days.values())
    shown: dict[str, object] = {
        **dict(sorted(charges.items())),
        **({"author_days_altered": altered} if altered else {}),
        "numbers_never_seen": _numbers_never_seen(context),
    }
    whole = sum(row["charge"] is None for row in versions)
    work = Kept(len(days) - altered, len(days))
    return history_integrity(len(objects), _weighed(objects), work, Kept(whole, len(versions)), shown, context)


def _weighed(objects: Sequence[Row]) -> Kept:
    """Return how much was kept, with a vote for each author, and one for all objects without an author together."""
    all_of = Counter(row["author"] for row in objects)
    charged_of = Counter(row["author"] for row in objects if row["charge"])
    # In a fixed order, so that the last bit of the sum does not depend on the database's.
    charged = math.fsum(charged_of[author] / all_of[author] for author in sorted(charged_of, key=str))
    return Kept(len(all_of) - charged, len(all_of))


def _numbers_never_seen(context: Context) -> int:
    """Return how many numbers between the first and last threads of the window belong to no known thread.

    They belong to discussions, or to what was removed before the first look. GitHub's own removal of spam leaves the
    same gaps, so they are shown and not charged.
    """
    seen: dict[str, set[int]] = defaultdict(set)
    first: dict[str, int] = {}
    for row in context.rows:
        number, repository = row["number"], row["repository"]
        if number is not None:
            seen[repository].add(number)
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
    reads=("repository", "kind", "number", "charge", "dated", "author"),
    compute=_compute,
    naive=lambda dashboard, project: {},  # no dashboard shows one
    naive_figures={},  # no dashboard shows what is gone
    leaves_out=(
        "by_bot",
        *ACCOUNTS,
        "account_gone",
        "thread_of_account_gone",
        "deleted_by_its_author",
        "transferred",
        "switched_off",
        "made_anew",
        "withdrawn",
        "not_watched_for_a_week",
    ),
)
