"""What the releases of a repository cost grows with their number, not with its square."""

from datetime import timedelta

from collector import clock
from collector.method import evidence
from tests.made import AS_OF, Book, repo
from tests.method.test_growth import steps


def steps_of(count: int) -> int:
    """What the views take with so many versions of one repository, every second one of a tag without a release."""
    book = Book()
    book.repo()
    for n in range(count):
        at = clock.to_text(clock.midnight(AS_OF) - timedelta(hours=30 * (count - n)))
        tag, is_tag = f"v1.{n}.0", n % 2
        release = None if is_tag else book.release(repo(book), tag, at, None)
        book.add("tags", repository=repo(book), name=tag, oid=tag, target_oid=tag, first_seen_at=at)
        book.add(
            "release_versions", release_key=f"tag:{n}" if is_tag else f"release:{release}", repository=repo(book),
            release=release, tag_name=tag, version=tag, published_at=at, pre_release=0, package="",
            number=f"0001.{n:04}.0000", next_patch=f"0001.{n:04}.0001", project="acme",
        )  # fmt: skip

    def read() -> None:
        evidence.materialise(book.db, AS_OF)
        assert len(book.rows("SELECT * FROM judged_releases")) == count
        assert len(book.rows("SELECT * FROM evidence_history_integrity")) > 200

    return steps(book.db, read)


def test_twice_as_many_releases_take_twice_as_many_steps() -> None:
    assert steps_of(1600) < 2.2 * steps_of(800)
