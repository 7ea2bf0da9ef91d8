"""A database with two years of a project, one without a repository and one that has just begun."""

from datetime import date, timedelta

from tests.made import AS_OF, Book

HOSTILE = "<script>alert(1)</script>\"'&\u202e\x07"
TAG = 'v1.0.0"><img src=x onerror=alert(1)>'


def acme(dates: int = 3) -> Book:
    """Work of three people, releases, answered and unanswered issues; signals as of `dates` Mondays up to AS_OF."""
    book = Book()
    book.last = 7_000_000  # so that a number that stands for an account is told from a figure
    repo = book.repo()
    book.db.execute("UPDATE projects SET name = ?, note = ? WHERE slug = 'acme'", [f"Acme {HOSTILE}", HOSTILE])
    before = ""
    people = ["login-one", "login-two", "login-two", "login-three"]
    for n in range(90):
        day = AS_OF - timedelta(weeks=91 - n)
        before = book.direct(repo, f"c{n:03}", f"{day}T10:00:00Z", people[n % 4], *([before] if before else []))
        if n % 6 == 0:
            tag = TAG if n == 84 else f"v0.{n}.0"
            book.release(repo, tag, f"{day}T12:00:00Z", before)
        if n % 7 == 0:
            book.release(repo, f"v0.{n}.0-rc1", f"{day}T13:00:00Z", before)
    for n in range(20):
        day = AS_OF - timedelta(weeks=40 - n)
        issue = book.issue(repo, n + 1, f"login-outsider-{n}", f"{day}T08:00:00Z", title=HOSTILE)
        if n % 3:
            book.comment(repo, issue, "login-one", f"{day + timedelta(days=n)}T09:00:00Z")
    book.issue(repo, 21, "login-one", f"{AS_OF - timedelta(weeks=10)}T08:00:00Z")
    book.project("mole", category="models", note="Not found.")
    book.repo("young/one", "young", created_at=f"{AS_OF - timedelta(weeks=3)}T00:00:00Z")
    for week in range(dates):
        book.compute(AS_OF - timedelta(weeks=dates - 1 - week))
    return book


DAY: date = AS_OF
