"""The demo: five invented projects, each with a story of two years.

Heron is steady. Peacock is busy with looking busy. Dormouse has gone quiet. Oyster ships, and never answers.
Mole shows nothing at all. No name here belongs to anyone.
"""

from collector.pretend.plot import Plot, ask, incident, land, push
from collector.pretend.times import Moment, instant, later
from collector.pretend.world import World

DEMO_NOW = "2026-07-06T00:00:00Z"
WEEKS = 104

CONFIG = """\
# The demo's projects. Everything in them is invented.

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
    """The configuration of the demo, as in config/repos.toml."""
    return CONFIG


def demo_world(now: Moment = DEMO_NOW) -> World:
    """The world of the demo as it is at `now`: the same for the same instant."""
    world = World(now)
    for story in (heron, peacock, oyster, dormouse):
        story(world)
    return world


def _plot(world: World, seed: str) -> Plot:
    return Plot(world, seed, later(world.now, days=-7 * WEEKS), world.now)


def heron(world: World) -> None:
    """Several people, reviewed pull requests, monthly releases, answers within days, rules changed with notice."""
    plot = _plot(world, "heron")
    rng, start = plot.random, plot.start
    team = plot.people("heron", ["anja", "bela", "chidi", "dara", "emre"], "2016-02-01")
    outsiders = plot.people("heron-user", 34)
    core, sdk, examples = (
        world.repository(f"example-heron/heron{suffix}", start, language="Python", license="Apache-2.0", stars=stars)
        for suffix, stars in (("", 812), ("-sdk", 120), ("-examples", 64))
    )
    for repo in (core, sdk, examples):
        repo.member(*team)
        push(repo, team[0], later(start, hours=1), lines=200)
    for n, week in enumerate(plot.weeks()):
        for person in team:
            if rng.random() < 0.62:
                if rng.random() < 0.1:
                    plot.on(plot.some_time(week), push, core, person)
                else:
                    reviewer = rng.choice([p for p in team if p is not person])
                    plot.on(plot.some_time(week), land, plot, core, person, reviewer)
        author, reviewer = rng.sample(team, 2)
        asker, helper = rng.sample(outsiders, 2)
        plot.on(plot.some_time(week), ask, plot, core, asker, team, hours=22)
        if n % 3 == 0:
            plot.on(plot.some_time(week), land, plot, core, helper, reviewer, fork=True, hours=50)
        if n % 4 == 1:
            page = {f"docs/chapter-{n % 5}.md": (rng.randint(15, 60), 5)}
            plot.on(plot.some_time(week), land, plot, core, author, reviewer, files=page, title="Say it better")
            plot.on(later(week, days=4), core.release, f"v{1 + n // 52}.{n % 52 // 4}.0", author, body="What is new.")
            plot.on(plot.some_time(week), land, plot, rng.choice([sdk, examples]), author, reviewer)
        if n % 13 == 6:
            rule = _rule_change(plot, core, author, reviewer, later(week, days=1))
            plot.on(later(week, days=13), rule, helper)
        if n % 9 == 5:
            plot.on(plot.some_time(week), incident, plot, core, team, version=f"v{1 + n // 52}.{n % 52 // 4}.1")
    plot.run()
