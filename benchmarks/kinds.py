"""What each kind of fact takes in a first sync and two nights: requests, points and modelled seconds.

The repository is the table's of sync.py, with 100 discussions, three security advisories, docs that pushes change, and
25 changes of economic rules from branches of its own, so that no kind of fact is missing. The queries and REST paths
that version 2 of the method added are marked with a plus and summed by themselves; the fields that it added to other
queries are not. GitHub counts REST requests by themselves, not as points.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.loopback import NOW
from benchmarks.measured import Figures, serve
from benchmarks.sync import TABLE

SIZE = TABLE._replace(discussions=100, rule_changes=25)
ADDED = (
    "BranchHistories",
    "Discussions",
    "DiscussionsById",
    "MoreDiscussionComments",
    "MoreReplies",
    "PathHistories",
    "Replies",
    "/security-advisories",
)

Row = tuple[str, int, int, float]


def show(name: str, took: Figures, found: Sequence[Row]) -> None:
    """Print a line for each kind, most expensive first, and three sums."""
    print(f"{name}: {took.requests} requests, {took.points} points")
    for kind, *numbers in sorted(found, key=lambda row: row[1:], reverse=True):
        print(f"  {'+' if kind in ADDED else ' '} {kind:<32}{numbers[0]:>9}{numbers[1]:>8}{numbers[2]:>9.1f}")
    added = [row for row in found if row[0] in ADDED]
    rest = [row for row in found if row[0] not in ADDED]
    for what, rows in (("all", found), ("before", rest), ("added", added)):
        requests, points, seconds = (
            (sum(numbers) for numbers in zip(*(row[1:] for row in rows), strict=True)) if rows else (0, 0, 0)
        )
        print(f"    {what:<32}{requests:>9}{points:>8}{seconds:>9.1f}")


def main() -> None:
    """Print the figures."""
    print(SIZE)
    print(f"{'':<36} requests  points  seconds")
    with tempfile.TemporaryDirectory() as folder, serve(SIZE, Path(folder)) as served:
        show("first sync", served.sync(NOW), served.control("kinds")["kinds"])
        for name in ("idle night", "active night"):
            show(name, served.sync(served.control("night")["now"]), served.control("kinds")["kinds"])


if __name__ == "__main__":
    main()
