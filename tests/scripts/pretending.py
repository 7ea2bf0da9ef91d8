"""`collect` with a pretend GitHub in place of GitHub, in a process of its own: for tests of whole scripts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

from collector import clock
from collector.cli import main
from collector.demo import run

# The commands that ask GitHub. The others start without the emulator, which takes longer to import than they run.
ASKING = {"doctor", "repos", "sync"}


@contextmanager
def pretending() -> Iterator[None]:
    """A small world in the place of GitHub."""
    from collector.demo import stories
    from collector.demo.actions import push
    from collector.emulator.server import GitHubEmulator
    from collector.emulator.world import World
    from collector.github import environment
    from collector.github.http import Http

    world = World(now=stories.DEMO_NOW)
    alice, bob = world.user("alice", "2016-01-01"), world.user("bob", "2017-01-01")
    for name in ("golemfactory/yagna", "golemfactory/ya-relay", "golemfactory/spare"):
        repo = world.repository(name, "2025-01-01", description="A part of it").member(alice)
        push(repo, alice, "2026-06-20", lines=20)
        repo.issue("It stops", bob, "2026-06-22").comment(alice, "Mended.", "2026-06-23")
        repo.release("v1", alice, "2026-06-26")
    server = GitHubEmulator(world, {"ghp_of_the_pretend_github": "alice"})
    with patch.object(environment, "Http", lambda agent: Http(agent, server.transport())):
        yield


sys.argv[0] = "collect"
with patch.object(clock, "utc_now", run.now), pretending() if ASKING & set(sys.argv) else nullcontext():
    main()
