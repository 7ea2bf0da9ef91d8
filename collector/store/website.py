"""The website of the GitHub that a database was synced from: github.com, or an Enterprise server.

Links begin with its address. Views and saved queries read it from the view `github_website`.
"""

import sqlite3

from collector.store import settings


def record(db: sqlite3.Connection, url: str) -> None:
    """Record the website, without a slash at its end, within the caller's transaction. github.com is the default."""
    if read(db) != f"{url}/":
        settings.set_meta(db, {"web_url": url})


def read(db: sqlite3.Connection) -> str:
    """Return the website, with a slash at its end."""
    (url,) = db.execute("SELECT url FROM github_website").fetchone()
    return str(url)
