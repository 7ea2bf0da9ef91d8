"""When releases and tags are read, and how far."""

from collector.github import models as m
from collector.store.state import State
from collector.sync.fetchers import releases_and_tags
from tests.lab import Lab

NOW = "2026-01-08T00:00:00Z"


def tags(total: int, **targets: str) -> m.Page[m.TagGlance]:
    nodes = [m.TagGlance(name=name, target=m.Oid(oid=oid)) for name, oid in targets.items()]
    return m.Page[m.TagGlance](total_count=total, nodes=nodes)


def test_fingerprint_changes_when_a_tag_moves_or_goes() -> None:
    seen = [tags(0), tags(1, v1="a"), tags(1, v1="b"), tags(2, v1="a", v2="a"), tags(2, v2="a", v1="a")]
    assert len({releases_and_tags.fingerprint(page) for page in seen}) == len(seen)


def test_list_that_the_glance_shows_whole_is_not_read_weekly() -> None:
    old = State(1, "tags", sweep_at="2025-01-01T00:00:00Z")
    assert not releases_and_tags.whole_is_due(tags(1, v1="a"), old, NOW, None)
    assert releases_and_tags.whole_is_due(tags(2, v1="a"), old, NOW, None)
    assert not releases_and_tags.whole_is_due(tags(2, v1="a"), State(1, "tags", sweep_at=NOW), NOW, None)
    assert releases_and_tags.whole_is_due(tags(1, v1="a"), State(1, "tags"), NOW, None)


def test_new_tag_on_a_long_list_costs_one_page(lab: Lab) -> None:
    repo = lab.repository()
    commits = [repo.commit(f"Work {n}", lab.alice, f"2025-03-{n // 10 + 1:02}") for n in range(210)]
    repo.push(at="2025-04-01")
    for n, commit in enumerate(commits):
        repo.tag(f"t{n:03}", commit, "2025-04-02")
    repo.issue("A sign of life", lab.bob)
    lab.sync()
    assert len(lab.live("tags")) == 210
    asked = len(lab.asked(" Tags "))
    lab.world.move(days=1)
    repo.commit("News", lab.alice)
    repo.push()
    repo.tag("new")
    lab.sync()
    assert len(lab.asked(" Tags ")) == asked + 1
    assert lab.differences() == {}


def test_tag_deleted_from_a_long_list_is_found_at_once(lab: Lab) -> None:
    repo = lab.repository()
    commits = [repo.commit(f"Work {n}", lab.alice, f"2025-03-{n // 10 + 1:02}") for n in range(150)]
    repo.push(at="2025-04-01")
    for n, commit in enumerate(commits):
        repo.tag(f"t{n:03}", commit, "2025-04-02")
    lab.sync()
    lab.world.move(days=1)
    repo.tags["t003"].put(lab.world.now, deleted=True)
    repo.tag("new", commits[-1])
    lab.sync()
    assert lab.query("SELECT name FROM tags WHERE gone_at IS NOT NULL") == ["t003"]
    assert lab.differences() == {}


def test_edit_far_down_is_found_with_small_pages_too(lab: Lab) -> None:
    repo = lab.repository()
    releases = [repo.release(f"v{n}", lab.alice, f"2025-03-{n % 28 + 1:02}") for n in range(60)]
    lab.server.fail(" Releases ", "node_timeout", nodes=10)
    lab.sync()
    lab.world.move(days=1)
    releases[2].change(name="Another name")
    for _ in range(7):  # beyond what the batched question shows, an edit is found within the week
        lab.night()
    assert lab.differences() == {}
