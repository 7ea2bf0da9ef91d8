"""A history with a case of nearly every rule of derivation, and the rows that were derived from it, in recorded.txt.

    python -m tests.derive.recorded

writes that file anew, after DERIVATION_VERSION was raised.
"""

import sys
from datetime import date
from pathlib import Path

from collector.config import Bot, Config, Mirror
from collector.derive import DERIVATION_VERSION
from collector.derive.tables import DERIVED, derive
from collector.store import bots
from tests.made import Book

# The view `release_work` shows the rows of two tables without the numbers that join them; the third has those of few
# releases (test_release_days.py).
STORED_APART = {"release_ranges", "released_pieces", "release_days"}
RECORDED = Path(__file__).parent / "recorded.txt"
CONFIG = Config(
    bots=(Bot(login="clockwork", reason="says so", since=date(2025, 6, 1)),),
    mirrors=(Mirror(login="carrier", repo="acme/copied", reason="says so"),),
)


def book() -> Book:
    """The facts: who landed what how, what was a copy, what was rewritten, released, imported."""
    made = Book(config=CONFIG)
    engine, copied = made.repo("acme/engine"), made.repo("acme/copied")
    made.repo("elsewhere/engine", project="other")
    _landed(made, engine)
    _left_out(made, engine, copied)
    _released(made, engine)
    _threads(made, engine)
    _patched(made, engine)
    return made


def _landed(made: Book, repo: int) -> None:
    made.direct(repo, "root", "2025-01-01T00:00:00Z", "ann")
    made.direct(repo, "signed", "2025-01-02T00:00:00Z", None, "root")
    made.commit(repo, "web", "2025-01-03T00:00:00Z", "signed", signed_by_github=1)
    made.commit(
        repo, "verified", "2025-01-04T00:00:00Z", "web", verified_at="2025-01-05T00:00:00Z", signer=made.who("bob")
    )
    made.commit(repo, "late", "2025-01-05T00:00:00Z", "verified", verified_at="2025-03-05T00:00:00Z")
    made.commit(repo, "undated", "2025-01-06T00:00:00Z", "late")
    made.db.execute("UPDATE commits SET committed_at = NULL WHERE oid = 'undated'")
    # Squashed, with own commits that are copies wherever they come once more.
    made.commit(repo, "squash", "2025-02-01T00:00:00Z", "undated", lines=50)
    pull = made.pull(repo, 1, "cat", "2025-01-20T00:00:00Z", "2025-02-01T00:00:00Z", oid="squash", merger="ann")
    made.add("pull_request_files", pull_request=pull, path="src/main.py", additions=30)
    made.add("pull_request_files", pull_request=pull, path="package-lock.json", additions=20)
    made.add("pull_request_files", pull_request=pull, path="tokenomics/fees.md", additions=4)
    for oid in ("own1", "own2"):
        made.add("pull_request_commits", pull_request=pull, oid=oid, headline=oid, authored_at="2025-01-19T00:00:00Z")
    # Merged into a development branch, which is promoted a month later.
    made.commit(repo, "feature", "2025-03-01T00:00:00Z", "squash")
    made.commit(repo, "merged", "2025-03-02T00:00:00Z", "squash", "feature", lines=0)
    made.commit(repo, "promoted", "2025-04-02T00:00:00Z", "squash", "merged", lines=0)
    made.pull(
        repo, 2, "dan", "2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", oid="merged", base_ref="dev", merger="dan"
    )
    made.pull(repo, 3, "ann", "2025-04-01T00:00:00Z", "2025-04-02T00:00:00Z", oid="promoted", merger="ann")
    # Dropped by a force push, and landed again under another oid.
    made.direct(repo, "dropped", "2025-05-01T00:00:00Z", "bob", "promoted", gone_at="2025-05-03T00:00:00Z")
    made.commit(
        repo, "again", "2025-05-01T00:00:00Z", "promoted", headline="Change dropped", tree_oid="tree of dropped"
    )
    made.push(repo, "again", "2025-05-02T00:00:00Z", "bob", "dropped", kind="force_push")


def _left_out(made: Book, repo: int, copied: int) -> None:
    made.direct(repo, "bot", "2025-06-02T00:00:00Z", "dependabot[bot]", "again")
    made.direct(repo, "not yet a bot", "2025-05-20T00:00:00Z", "clockwork", "bot")
    made.direct(repo, "a bot by now", "2025-06-03T00:00:00Z", "clockwork", "not yet a bot")
    # A cherry-pick, a mirrored push, and an import whose commits are dated years apart.
    made.direct(copied, "picked", "2025-06-04T00:00:00Z", "ann", authored_at="2025-01-19T00:00:00Z", headline="own1")
    made.direct(copied, "mirrored", "2025-06-05T00:00:00Z", "carrier", "picked")
    made.commit(copied, "old", "2020-01-01T00:00:00Z", "mirrored")
    made.commit(copied, "new", "2025-06-06T00:00:00Z", "old")
    made.push(copied, "new", "2025-06-06T00:00:00Z", "ann", "mirrored")


def _released(made: Book, repo: int) -> None:
    release = made.release(repo, "v1.0.0", "2025-02-02T00:00:00Z", "squash")
    made.changed(
        "releases", release, "published_at", "2025-02-01T12:00:00Z", "2025-02-02T00:00:00Z", "2025-02-03T00:00:00Z"
    )
    made.release(repo, "1.0.0", "2025-02-03T00:00:00Z", "squash")
    made.release(repo, "v1.1.0-rc1", "2025-04-03T00:00:00Z", "promoted", is_prerelease=1)
    made.release(repo, "nightly", "2025-04-04T00:00:00Z", "promoted")
    made.release(repo, "v1.1.0", "2025-04-05T00:00:00Z", "promoted")
    made.release(repo, "v1.2.0", "2025-05-05T00:00:00Z", None)
    made.release(repo, "v1.3.0", "2025-06-05T00:00:00Z", "bot", published_at=None, is_draft=1)
    made.add("tags", repository=repo, name="v0.9", oid="web", target_oid="web")
    made.add("tags", repository=repo, name="v0.1", oid="nowhere", target_oid="nowhere")


def _threads(made: Book, repo: int) -> None:
    issue = made.issue(repo, 4, "eve", "2025-04-02T00:00:00Z", author_association="MEMBER")
    made.event(repo, issue, "ClosedEvent", "2025-04-03T00:00:00Z", "fay")
    made.issue(repo, 5, "eve", "2024-03-01T00:00:00Z")  # older than its number allows
    made.issue(repo, 6, "gus", "2025-04-03T00:00:00Z")
    made.who("gus")
    made.db.execute("UPDATE accounts SET type = 'Mannequin' WHERE login = 'gus'")
    asked = made.discussion(repo, 10, "eve", "2025-05-10T00:00:00Z")
    made.comment(repo, asked, "ivy", "2025-05-11T00:00:00Z", id=-10, subject_type="Discussion")
    made.discussion(repo, 11, "eve", "2025-04-03T00:00:00Z", chosen=(-10, "2025-05-12T00:00:00Z", "jan"))
    made.pull(repo, 7, "hal", "2025-04-04T00:00:00Z", is_cross_repository=0)
    made.pull(repo, 8, None, "2025-04-05T00:00:00Z", "2025-04-06T00:00:00Z", merger="ann")
    made.who("app[bot]", type="Bot")
    made.landed(repo, 9, "app[bot]", "2025-04-07T00:00:00Z", "2025-04-08T00:00:00Z", merger="ann")


def _patched(made: Book, repo: int) -> None:
    # A release branch with a pick of a commit of the default branch and one of its own; a revert, and an incident.
    made.beside(
        repo, "backport", "2025-06-10T00:00:00Z", "again", headline="Change late", authored_at="2025-01-05T00:00:00Z"
    )
    made.beside(repo, "patch", "2025-06-11T00:00:00Z", "backport")
    made.push(repo, "patch", "2025-06-11T00:00:00Z", "ann", "again", ref="refs/heads/release/1.x")
    made.release(repo, "v1.1.1", "2025-06-12T00:00:00Z", "patch")
    made.direct(repo, "undone", "2025-06-13T00:00:00Z", "ann", "a bot by now", headline='Revert "Revert "Change late""')
    made.pull(repo, 10, "ann", "2025-06-14T00:00:00Z", title="revert: the change")
    made.add("issue_labels", issue=made.issue(repo, 11, "eve", "2025-06-15T00:00:00Z"), name="kind/Outage")


def derived() -> str:
    """The rows of the derived tables as text, a row a line, in an order of their own."""
    made = book()
    made.db.execute("UPDATE meta SET value = 'a key of their own' WHERE key = 'hash_key'")
    bots.mark_bots(made.db, CONFIG)
    derive(made.db, CONFIG)
    lines = [f"DERIVATION_VERSION {DERIVATION_VERSION}"]
    for table in sorted({*DERIVED, "release_work"} - STORED_APART):
        rows = made.rows(f"SELECT * FROM {table}")
        if table == "release_versions":
            rows = [{column: value for column, value in row.items() if column != "id"} for row in rows]
        lines += ["", f"{table}: {' | '.join(rows[0])}", *sorted(" | ".join(map(str, row.values())) for row in rows)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the file, unless it is of this version already and says otherwise."""
    now, before = derived(), RECORDED.read_text(encoding="utf-8") if RECORDED.exists() else ""
    if before and before != now and before.splitlines()[0] == now.splitlines()[0]:
        sys.exit("The rows have changed: raise DERIVATION_VERSION first.")
    RECORDED.write_text(now, encoding="utf-8")


if __name__ == "__main__":
    main()
