"""Tags and releases, which change over time."""

from typing import Any, Self

from collector.emulator.accounts import Account
from collector.emulator.git import Commit, digest
from collector.emulator.times import Moment, Record
from collector.emulator.world_state import WorldState


class Tag(Record):
    """A tag, with the attributes target (a commit), annotated, kind, nested and deleted.

    `kind` is Commit, Blob or Tree; `nested` is the number of tag objects between the tag and its target.
    """

    def __init__(self, name: str, at: str, target: Commit, annotated: bool, kind: str = "Commit", nested: int = 0):
        super().__init__(at, target=target, annotated=annotated, kind=kind, nested=nested, deleted=False)
        self.name = name

    def commit(self, now: str) -> Commit | None:
        """Return the commit that it points to, None if it points to a blob or a tree."""
        target: Commit = self.get("target", now)
        return target if self.get("kind", now) == "Commit" else None

    def end(self, now: str) -> str:
        """Return the oid of the commit, blob or tree that it points to."""
        commit = self.commit(now)
        return commit.oid if commit else digest(self.get("kind", now), self.name)

    def tagged_at(self, now: str) -> str:
        """Return when it was last set."""
        return self.last_change(now)

    def oid(self, now: str, depth: int = 0) -> str:
        """Return the oid of the tag object at `depth` in a chain of nested tags; after the last, of the target."""
        if not self.get("annotated", now) or depth > self.get("nested", now):
            return self.end(now)
        return digest("tag", self.name, self.end(now), *((depth,) if depth else ()))


class Release(Record):
    """A release, with the attributes tag, name, body, draft, prerelease, published_at and deleted."""

    def __init__(self, world: WorldState, author: Account | None, created_at: str, at: str, **values: Any) -> None:
        super().__init__(at, deleted=False, published_at=None if values["draft"] else at, **values)
        self.world, self.id, self.author, self.created_at = world, world.new_id(), author, created_at

    def change(self, at: Moment | None = None, **values: Any) -> Self:
        """Set values from `at` on. draft=False publishes the release and sets `published_at` to `at`."""
        moment = self.world.moment(at)
        if "draft" in values:
            values.setdefault("published_at", None if values["draft"] else moment)
        return self.put(moment, **values)

    def is_there(self, now: str) -> bool:
        """Return whether the public can see it: it exists and is not a draft."""
        return self.at <= now and not self.get("deleted", now) and not self.get("draft", now)
