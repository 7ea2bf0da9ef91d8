"""What changes the hash of a configuration, with which signals are computed."""

import re
from dataclasses import replace
from datetime import date

import pytest

from collector.config import Bot, load
from tests.config.examples import ALPHA, BETA, Write


def test_sixteen_hex_digits(write: Write) -> None:
    assert re.fullmatch("[0-9a-f]{16}", load(write(ALPHA)).hash())


def test_comments_order_and_words_do_not_change_it(write: Write) -> None:
    first = load(write(ALPHA + BETA)).hash()
    other_words = (
        ALPHA.replace('"Alpha"', '"Alpha Network"')
        .replace('"compute"', '"models"')
        .replace("alpha.example", "alpha.test")
        .replace("Was alpha-org/toolkit.", "")
    )
    assert load(write("# A comment\n" + BETA + other_words)).hash() == first


@pytest.mark.parametrize(
    "changed",
    [
        ALPHA.replace('"sdk"', '"tools"'),
        ALPHA.replace("alpha-org/kit", "alpha-org/kit2"),
        ALPHA.replace('slug = "alpha"', 'slug = "alpha-2"'),
        ALPHA + BETA,
        ALPHA.replace('slug = "alpha"', 'slug = "alpha"\nreview_commands = ["/ok"]'),
        "[collect]\nlookback_days = 1601\n" + ALPHA,
        '[collect]\nrule_paths = ["fees/**"]\n' + ALPHA,
        '[collect]\ndocs_paths = ["handbook/**"]\n' + ALPHA,
        '[collect]\ngenerated_paths = ["abi/**"]\n' + ALPHA,
        ALPHA.replace('slug = "alpha"', 'slug = "alpha"\ndocs_paths = ["handbook/**"]'),
        ALPHA.replace('slug = "alpha"', 'slug = "alpha"\nrule_paths = ["fees/**"]'),
        ALPHA + '[[bot]]\nlogin = "robot"\nreason = "x"',
        ALPHA + '[[mirror]]\nlogin = "export"\nrepo = "alpha-org/kit"\nreason = "x"',
    ],
)
def test_what_can_change_a_signal_changes_it(write: Write, changed: str) -> None:
    assert load(write(changed)).hash() != load(write(ALPHA)).hash()


def test_the_day_from_which_an_account_is_a_bot_changes_it(write: Write) -> None:
    config = load(write(ALPHA))
    always = replace(config, bots=(Bot("robot", "x"),))
    later = replace(config, bots=(Bot("robot", "x", date(2025, 1, 1)),))
    assert always.hash() != later.hash()
