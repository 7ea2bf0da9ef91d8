"""The price list of attacks: what a scenario takes is counted, and docs/attack-costs.md names every attack there is."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.redteam.costs import costs_of, page, priced
from benchmarks.redteam.evaluate import SCENARIOS_BY_NAME
from benchmarks.redteam.history import WINDOW_START, Comment, Commit, Issue, Person, Push
from benchmarks.redteam.honest import idle
from benchmarks.redteam.price import Meter, Price, mean
from benchmarks.redteam.scenario import OVERALL
from collector.method.registry import BY_KEY

PAGE = Path(__file__).parents[2] / "docs/attack-costs.md"


def test_the_price_counts_accounts_days_texts_and_lines_that_were_not_there() -> None:
    history = idle(1)
    meter = Meter(history)
    aged, young = Person("aged"), Person("young", WINDOW_START)
    for who, day in ((aged, 3), (young, 3), (aged, 9)):
        issue = Issue(history.main, who, WINDOW_START + timedelta(days=day))
        issue.comments.append(Comment(history.team[0], issue.at + timedelta(hours=1), "One of many"))
        history.issues.append(issue)
    robot = Person("robot", kind="Bot")
    history.pushes.append(Push(history.main, robot, WINDOW_START + timedelta(days=20), [Commit("Data", 70)]))
    assert meter.price(history) == Price(aged=1, young=1, days=3, texts=3, lines=70)
    assert Meter(history).price(history) == Price(0, 0, 0, 0, 0)


def test_a_price_is_said_in_words_rounded_up() -> None:
    price = mean([Price(2, 0, 200, 10, 1000), Price(3, 1, 201, 10, 1400)])
    assert str(price) == "3 aged accounts, 1 account, 201 days, 10 texts, 1,200 lines"
    assert str(price.times(4)) == "10 aged accounts, 2 accounts, 364 days, 40 texts, 4,800 lines"
    assert str(Price(0, 0, 0, 0, 0)) == "nothing"


def test_a_cost_says_what_moves_and_what_shows_it() -> None:
    costs = costs_of("new text every week", [1])
    weeks = next(c for c in costs if c.signal == "active_weeks")
    assert weeks.after > weeks.before + 0.5
    assert weeks.price.lines == 52 * 20
    assert any(sign.startswith("`independent_review` -") for sign in weeks.signs)
    assert "| new text every week (idle) |" in page(costs, 1)


@pytest.mark.parametrize("key", [OVERALL, *BY_KEY])
def test_the_page_names_every_attack_that_may_move_the_signal(key: str) -> None:
    title = "Campaigns: the overall score" if key == OVERALL else key
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    named = set(re.findall(r"^\| ([^|(]+) \(", section.partition("\n## ")[0], re.MULTILINE))
    meant = {s.name for s in priced() if any(a.signal == key and (a.admitted or a.high > 1.05) for a in s.aims)}
    assert meant <= named
    assert named <= SCENARIOS_BY_NAME.keys()


def test_the_docs_count_the_scenarios() -> None:
    root = PAGE.parents[1]
    count = Counter(s.kind for s in SCENARIOS_BY_NAME.values())
    told = (
        f"plays {count['attack']} attacks, {count['campaign']} campaigns, {count['control']} honest ways of working "
        f"and {count['change']} honest changes"
    )
    assert told in " ".join((root / "docs/signals.md").read_text(encoding="utf-8").split())
    assert f"what {count['attack']} attacks on the signals achieve" in (root / "README.md").read_text(encoding="utf-8")
