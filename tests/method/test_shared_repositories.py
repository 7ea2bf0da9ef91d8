"""A repository of several projects counts in each of them as if that project stood alone."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st

from collector.config import Config, Role
from collector.config.model import Project, TrackedRepository
from tests.alone import said_of
from tests.derive import recorded
from tests.laws import costly
from tests.made import Book

REPOSITORIES = ("acme/engine", "acme/copied", "elsewhere/engine")
SLUGS = ("acme", "other", "third")
DATES = (date(2025, 6, 9), date(2026, 6, 1))

Members = Mapping[str, Mapping[str, Role]]
"""Project -> owner/name -> role."""


@cache
def told() -> Book:
    """A history with a case of nearly every rule of derivation, and threads that were moved, answered and reviewed."""
    book = recorded.book()
    book.project("third")
    ids = {row["full_name"]: row["id"] for row in book.rows("SELECT id, full_name FROM repositories")}
    engine, copied, elsewhere = (ids[name] for name in REPOSITORIES)
    # A fork of a repository that only some projects track, and the same commit in both.
    book.db.execute("UPDATE repositories SET is_fork = 1, parent = 'acme/copied' WHERE id = ?", [elsewhere])
    book.direct(elsewhere, "mirrored", "2025-06-06T00:00:00Z", "ann")
    book.landed(elsewhere, 1, "zoe", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z", merger="ann")
    for n in range(60):
        at = f"{date(2025, 1, 5) + timedelta(days=4 * n)}T12:00:00Z"
        repo = (engine, copied, elsewhere)[n % 3]
        issue = book.issue(repo, 100 + 2 * n, f"asker{n % 13}", at, title=f"Question {n}")
        book.comment(repo, issue, ("ann", "bob", "zoe")[n % 3], f"{at[:11]}13:00:00Z", prose_length=60)
        book.event(repo, issue, "ClosedEvent", f"{at[:11]}14:00:00Z", ("ann", "zoe")[n % 2], state_reason="COMPLETED")
        pull = book.landed(repo, 101 + 2 * n, ("ann", "zoe", "cat")[n % 3], at, f"{at[:11]}15:00:00Z", merger="bob")
        book.add("pull_request_files", pull_request=pull, path=("docs/a.md", "tokenomics/fees.md", "src/a.py")[n % 3])
        book.add("reviews", pull_request=pull, author=book.who("bob"), submitted_at=f"{at[:11]}14:00:00Z", length=90)
        if n % 5 == 0:
            book.release(repo, f"v2.{n}.0", f"{at[:11]}16:00:00Z", f"pr{101 + 2 * n}", prose_length=n * 10)
            book.add("issue_labels", issue=issue, name="incident")
            # An insider where the second repository is tracked, and nobody elsewhere.
            book.comment(repo, issue, "carl", f"{at[:11]}14:30:00Z", prose_length=300)
        if n % 7 == 0:
            book.direct(
                repo, f"back{n}", f"{at[:11]}18:00:00Z", "ann", f"pr{101 + 2 * n}",
                headline=f'Revert "Change pr{101 + 2 * n}"', reverts_number=101 + 2 * n, message_prose_length=90,
            )  # fmt: skip
    book.direct(copied, "carls", "2024-06-01T00:00:00Z", "carl")
    # New work in a release, unless it is a copy of what landed in the second repository; then a hotfix of that release.
    book.direct(copied, "twin", "2026-02-01T00:00:00Z", "carl")
    book.direct(engine, "twin", "2026-02-10T00:00:00Z", "ann")
    book.release(engine, "v3.0.0", "2026-02-11T00:00:00Z", "twin", prose_length=0)
    book.direct(
        engine, "mend", "2026-02-12T00:00:00Z", "ann", "twin", headline='Revert "Change twin"', reverts_oid="twin"
    )
    book.release(engine, "v3.0.1", "2026-02-12T06:00:00Z", "mend", prose_length=300)
    # What counts by an insider only: a text, answers, reviews, a closing, and a merge that closes an issue.
    book.commit(engine, "pr700", "2026-03-05T00:00:00Z", headline='Revert "Change twin"')
    text = {"title": 'Revert "Change twin"', "prose_length": 300, "reverts_oid": "twin"}
    book.pull(engine, 700, "carl", "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z", oid="pr700", merger="ann", **text)
    for n in range(16):
        at = f"2026-01-{n + 1:02}T12:00:00Z"
        pull = book.pull(engine, 400 + 3 * n, f"asker{n % 13}", at)
        book.comment(engine, pull, "carl", f"{at[:11]}13:00:00Z", subject_type="PullRequest", prose_length=60)
        asked = book.issue(engine, 401 + 3 * n, f"asker{n % 13}", at, title=f"Asked {n}")
        book.landed(
            engine, 402 + 3 * n, "carl", f"{at[:11]}13:00:00Z", f"{at[:11]}15:00:00Z", closes=[[None, 401 + 3 * n]]
        )
        if n % 4 == 0:
            book.comment(engine, asked, "carl", f"{at[:11]}16:00:00Z", prose_length=60)
            book.event(engine, asked, "ClosedEvent", f"{at[:11]}17:00:00Z", "carl", state_reason="COMPLETED")
    # A revert of what landed in the third repository, and issues that commits and pull requests of others close.
    across: dict[str, Any] = {
        "headline": 'Revert "Change pr105"',
        "reverts_repository": "elsewhere/engine",
        "reverts_number": 105,
    }
    book.direct(engine, "across", "2026-01-20T00:00:00Z", "ann", "pr215", **across)
    book.direct(elsewhere, "undo", "2026-01-21T00:00:00Z", "zoe", headline='Revert "Change pr219"', reverts_number=219)
    for number, repo, name, oid in ((310, engine, "acme/copied", "carls"), (311, copied, "acme/engine", "twin")):
        closed = book.issue(repo, number, "asker3", "2025-12-01T00:00:00Z", title=f"Closed {number}")
        row = {"source_repository": name, "source_oid": oid, "state_reason": "COMPLETED"}
        book.event(repo, closed, "ClosedEvent", "2026-02-20T00:00:00Z", "carl", **row)
    # Moved between two repositories; another from a repository that only some projects track.
    left = {"moved_to": f"/repositories/{engine}/issues/301", "gone_at": "2025-10-03T00:00:00Z"}
    former = book.issue(copied, 300, "eve", "2025-10-01T00:00:00Z", title="Moved", **left)
    book.comment(copied, former, "bob", "2025-10-02T00:00:00Z", prose_length=60)
    moved = book.issue(engine, 301, "eve", "2025-10-01T00:00:00Z", title="Moved")
    book.event(engine, moved, "TransferredEvent", "2025-10-03T00:00:00Z", "ann", from_repository="acme/copied")
    again = book.issue(engine, 302, "eve", "2025-11-01T00:00:00Z", title="Moved in")
    book.event(engine, again, "TransferredEvent", "2025-11-03T00:00:00Z", "cat", from_repository="elsewhere/engine")
    book.pull(elsewhere, 303, "hal", "2025-11-04T00:00:00Z", "2025-11-05T00:00:00Z", oid="pr1", merger="hal",
              closes=[["acme/engine", 302], ["acme/engine", 160]])  # fmt: skip
    book.late("issues", again, engine, "2025-11-04T00:00:00Z")
    return book


def tracked(members: Members) -> Book:
    """The same facts, of which these projects track these repositories."""
    book = Book()
    told().db.backup(book.db)
    book.config = Config(
        projects=tuple(
            Project(slug, slug, ("c",), note="?", repos=tuple(TrackedRepository(*pair) for pair in repos.items()))
            for slug, repos in members.items()
        ),
        bots=recorded.CONFIG.bots,
        mirrors=recorded.CONFIG.mirrors,
    )
    book.db.execute("DELETE FROM project_repositories")
    book.db.execute("UPDATE repositories SET tracked = 0")
    for slug in SLUGS:
        book.db.execute("UPDATE projects SET tracked = ? WHERE slug = ?", [slug in members, slug])
    for position, (slug, repos) in enumerate(members.items()):
        for name, role in repos.items():
            book.db.execute("UPDATE repositories SET tracked = 1 WHERE full_name = ?", [name])
            book.db.execute(
                "INSERT INTO project_repositories SELECT ?, id, ?, ?, 1 FROM repositories WHERE full_name = ?",
                [slug, role, position, name],
            )
    return book


ROLES = st.sampled_from(get_args(Role))
MEMBERS = st.dictionaries(
    st.sampled_from(SLUGS), st.dictionaries(st.sampled_from(REPOSITORIES), ROLES, min_size=1), min_size=2
)


@costly(2)
@given(MEMBERS)
@example(
    {
        "acme": {"acme/engine": "core", "acme/copied": "sdk"},
        "other": {"acme/engine": "docs", "elsewhere/engine": "governance"},
    }
)
@example(
    {
        "acme": {"acme/engine": "sdk", "acme/copied": "sdk"},
        "other": {"acme/engine": "sdk", "elsewhere/engine": "examples"},
        "third": {"acme/copied": "core"},
    }
)
@example(
    {
        slug: dict.fromkeys(REPOSITORIES, role)
        for slug, role in zip(SLUGS, ("core", "governance", "examples"), strict=True)
    }
)
def test_a_project_is_what_it_is_alone(members: Members) -> None:
    together = tracked(members)
    found = said_of(together.db, together.config, members, DATES)
    for slug, repos in members.items():
        by_itself = tracked({slug: repos})
        alone = said_of(by_itself.db, by_itself.config, [slug], DATES)[slug]
        assert [name for name in alone if found[slug][name] != alone[name]] == []
        assert any(alone.values())
