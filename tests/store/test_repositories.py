import sqlite3

from collector.config import Config
from collector.config.model import Project, TrackedRepository
from collector.store.repositories import write_projects
from tests.made import Book


def categories(book: Book) -> list[tuple[str, str]]:
    return book.db.execute("SELECT project, category FROM project_categories ORDER BY project, position").fetchall()


def test_categories_are_those_of_the_configuration() -> None:
    book = Book()
    kept = Project("uno", "Uno", ("agents", "models"), note="None found.")
    changed = Project("due", "Due", ("compute",), note="None found.")
    write_projects(book.db, Config(projects=(kept, changed)))
    write_projects(book.db, Config(projects=(kept, Project("due", "Due", ("data", "compute"), note="None found."))))
    assert categories(book) == [("due", "data"), ("due", "compute"), ("uno", "agents"), ("uno", "models")]
    assert [row["category"] for row in book.rows("SELECT category FROM projects ORDER BY slug")] == ["data", "agents"]


def test_a_list_may_be_longer_than_a_statement_has_parameters() -> None:
    book = Book()
    book.repo("acme/r0", "p0")
    book.repo("acme/gone", "gone")
    book.db.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 20)
    listed = (Project(f"p{n}", f"P{n}", ("c",), repos=(TrackedRepository(f"Acme/R{n}", "core"),)) for n in range(30))
    write_projects(book.db, Config(projects=tuple(listed)))
    assert book.rows("SELECT full_name, tracked FROM repositories ORDER BY id") == [
        {"full_name": "acme/r0", "tracked": 1},
        {"full_name": "acme/gone", "tracked": 0},
    ]
    assert book.rows("SELECT count(*) AS n FROM projects WHERE tracked") == [{"n": 30}]
    assert book.rows("SELECT slug FROM projects WHERE NOT tracked") == [{"slug": "gone"}]
