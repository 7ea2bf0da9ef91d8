"""The demo's five invented projects, each with two years of activity.

Heron is steady. Peacock inflates its activity. Dormouse has become inactive. Oyster releases but never answers.
Mole has no public repository. All names are invented.
"""

from collector.demo.actions import ask, change_rules, ignore, ignore_offer, incident, land, push
from collector.demo.gaming import ask_at_home, delete_unanswered, import_past, rewrite
from collector.demo.timeline import Timeline
from collector.emulator.times import Moment, later
from collector.emulator.world import World

DEMO_NOW = "2026-07-06T00:00:00Z"
WEEKS = 104

CONFIG = """\
# The demo's projects. All of them are invented.

[collect]
rule_paths = ["economics/**"]

[[project]]
slug = "heron"
name = "Steady Heron"
category = "compute"
homepage = "https://heron.example"
    [[project.repo]]
    repo = "example-heron/heron"
    role = "core"
    [[project.repo]]
    repo = "example-heron/heron-sdk"
    role = "sdk"
    [[project.repo]]
    repo = "example-heron/heron-examples"
    role = "examples"

[[project]]
slug = "peacock"
name = "Busy Peacock"
category = "compute"
homepage = "https://peacock.example"
    [[project.repo]]
    repo = "example-peacock/peacock"
    role = "core"

[[project]]
slug = "oyster"
name = "Silent Oyster"
category = "compute"
homepage = "https://oyster.example"
    [[project.repo]]
    repo = "example-oyster/oyster"
    role = "core"

[[project]]
slug = "dormouse"
name = "Sleepy Dormouse"
category = "models"
homepage = "https://dormouse.example"
    [[project.repo]]
    repo = "example-dormouse/dormouse"
    role = "core"

[[project]]
slug = "mole"
name = "Hidden Mole"
category = "models"
homepage = "https://mole.example"
note = "No public repository could be found, on its site or on GitHub."

[[bot]]
login = "example-oyster-stale"
reason = "closes what nobody answered; an ordinary account"
"""


def demo_config() -> str:
    """Return the demo's configuration, in the format of config/repos.toml."""
    return CONFIG


def demo_world(now: Moment = DEMO_NOW) -> World:
    """Return the emulator's world as of `now`; the same for the same time."""
    world = World(now)
    for story in (heron, peacock, oyster, dormouse):
        story(world)
    return world


def _timeline(world: World, seed: str) -> Timeline:
    return Timeline(world, seed, later(world.now, days=-7 * WEEKS), world.now)


def heron(world: World) -> None:
    """Several people, reviewed pull requests, monthly releases, answers within days, rule changes with notice."""
    timeline = _timeline(world, "heron")
    rng, start = timeline.random, timeline.start
    team = timeline.people("heron", ["anja", "bela", "chidi", "dara", "emre"], "2016-02-01")
    outsiders = timeline.people("heron-user", 34)
    core, sdk, examples = (
        world.repository(f"example-heron/heron{suffix}", start, language="Python", license="Apache-2.0", stars=stars)
        for suffix, stars in (("", 812), ("-sdk", 120), ("-examples", 64))
    )
    for repo in (core, sdk, examples):
        repo.member(*team)
        push(repo, team[0], later(start, hours=1), lines=200)
    for n, week in enumerate(timeline.weeks()):
        for person in team:
            if rng.random() < 0.62:
                if rng.random() < 0.1:
                    timeline.schedule(timeline.some_time(week), push, core, person)
                else:
                    reviewer = rng.choice([p for p in team if p is not person])
                    timeline.schedule(timeline.some_time(week), land, timeline, core, person, reviewer)
        author, reviewer = rng.sample(team, 2)
        asker, giver = rng.sample(outsiders, 2)
        timeline.schedule(timeline.some_time(week), ask, timeline, core, asker, team, hours=22)
        if n % 3 == 0:
            timeline.schedule(timeline.some_time(week), land, timeline, core, giver, reviewer, fork=True, hours=50)
        if n % 4 == 1:
            page = {f"docs/chapter-{n % 5}.md": (rng.randint(15, 60), 5)}
            timeline.schedule(
                timeline.some_time(week),
                land,
                timeline,
                core,
                author,
                reviewer,
                files=page,
                title="Clarify the documentation",
            )
            timeline.schedule(later(week, days=4), core.release, f"v1.{n // 4}.0", author, body="Release notes.")
            timeline.schedule(timeline.some_time(week), land, timeline, rng.choice([sdk, examples]), author, reviewer)
        if n % 13 == 6:
            timeline.schedule(timeline.some_time(week), change_rules, timeline, core, author, reviewer)
        if n % 9 == 5:
            timeline.schedule(later(week, days=5), incident, timeline, core, team, version=f"v1.{(n - 1) // 4}.1")
    timeline.run()


def peacock(world: World) -> None:
    """Split commits, empty nightly releases, issues opened and answered by the team, bots, imports, deletions."""
    timeline = _timeline(world, "peacock")
    rng, start, now = timeline.random, timeline.start, world.now
    boss, clerk = timeline.people("peacock", ["fay", "gus"], "2018-01-01")
    fans = timeline.people("peacock-fan", 12, later(now, days=-120))
    outsiders = timeline.people("peacock-user", 16)
    bumper = world.bot("example-bumper")
    repo = world.repository("example-peacock/peacock", start, language="Go", stars=9400, forks=2100).member(boss, clerk)
    push(repo, boss, later(start, hours=1), lines=500)
    for n, week in enumerate(timeline.weeks()):
        if n % 6 == 0:
            timeline.schedule(timeline.some_time(week), land, timeline, repo, boss, None, hours=0.1)
        if n >= WEEKS - 40 and n % 2:
            timeline.schedule(timeline.some_time(week), push, repo, boss, commits=25, lines=1)
        if n >= WEEKS - 52:
            lock = {"go.sum": (30, 30)}
            timeline.schedule(
                timeline.some_time(week), land, timeline, repo, bumper, None, files=lock, title="Bump", hours=0.1
            )
            timeline.schedule(timeline.some_time(week), ask_at_home, timeline, repo, rng.choice([clerk, *fans]), boss)
        if n % 3 == 0:
            timeline.schedule(
                timeline.some_time(week), repo.issue, timeline.trouble(), rng.choice(outsiders), body="Anyone here?"
            )
    for night in range(100, 0, -1):
        timeline.schedule(later(now, days=-night, hours=3), repo.release, f"v2.0.{100 - night}", boss, body="Nightly.")
    timeline.schedule(later(now, days=-200), import_past, repo, clerk)
    timeline.schedule(later(now, days=-3), delete_unanswered, repo)
    timeline.schedule(later(now, days=-2), rewrite, repo, boss)
    timeline.run()


def oyster(world: World) -> None:
    """Commits weekly and releases every six weeks, but nobody answers users' issues, which a stale bot closes."""
    timeline = _timeline(world, "oyster")
    rng = timeline.random
    team = timeline.people("oyster", ["hana", "ivo", "jun"], "2016-09-01")
    outsiders = timeline.people("oyster-user", 26)
    (stale,) = timeline.people("oyster", ["stale"])
    repo = world.repository("example-oyster/oyster", timeline.start, language="Rust", license="MIT", stars=310).member(
        *team
    )
    push(repo, team[0], later(timeline.start, hours=1), lines=300)
    for n, week in enumerate(timeline.weeks()):
        for person in team:
            if rng.random() < 0.75:
                timeline.schedule(timeline.some_time(week), push, repo, person, commits=rng.randint(1, 3))
        if n % 2:
            timeline.schedule(timeline.some_time(week), land, timeline, repo, *rng.sample(team, 2))
        if n % 6 == 3:
            timeline.schedule(later(week, days=4), repo.release, f"v0.{n // 6 + 1}.0", team[0])
        timeline.schedule(timeline.some_time(week), ignore, timeline, repo, rng.choice(outsiders), stale)
        if n % 4 == 0:
            timeline.schedule(timeline.some_time(week), ignore_offer, timeline, repo, rng.choice(outsiders), stale)
    timeline.run()


def dormouse(world: World) -> None:
    """Two people with a good first year, and almost nothing after it."""
    timeline = _timeline(world, "dormouse")
    pair = timeline.people("dormouse", ["kim", "lou"], "2017-03-01")
    outsiders = timeline.people("dormouse-user", 9)
    repo = world.repository("example-dormouse/dormouse", timeline.start, language="Python", stars=77).member(*pair)
    push(repo, pair[0], later(timeline.start, hours=1), lines=100)
    for n, week in enumerate(timeline.weeks()):
        if n < 50 or n in (61, 78):
            timeline.schedule(timeline.some_time(week), land, timeline, repo, *timeline.random.sample(pair, 2))
        if n < 48 and n % 8 == 4:
            timeline.schedule(later(week, days=4), repo.release, f"v0.{n // 8}.0", pair[0])
        asker = timeline.random.choice(outsiders)
        if n < 52 and n % 2:
            timeline.schedule(timeline.some_time(week), ask, timeline, repo, asker, pair, hours=40)
        elif n >= 52 and n % 3 == 0:
            timeline.schedule(timeline.some_time(week), repo.issue, timeline.trouble(), asker, body="Is anyone there?")
    timeline.run()
