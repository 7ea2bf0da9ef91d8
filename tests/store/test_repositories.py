from collector.config import Config
from collector.config.model import Project
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
