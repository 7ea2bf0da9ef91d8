from collector.method import curves, registry, window
from collector.method.signals import (
    commit_frequency,
    concentration_trend,
    contributors,
    integrity,
    issue_responsiveness,
    review,
)


def test_every_signal_has_a_curve_and_every_curve_a_signal() -> None:
    assert [info.key for info in registry.SIGNALS] == list(curves.CURVES)


def test_keys_are_unique_and_questions_are_questions() -> None:
    assert len(registry.BY_KEY) == len(registry.SIGNALS)
    assert all(info.question.endswith("?") for info in registry.SIGNALS)


def test_families_in_order() -> None:
    assert registry.FAMILIES == (
        "release cadence",
        "commit frequency",
        "issue responsiveness",
        "review",
        "contributors",
        "docs",
        "failures",
        "rules",
        "builders",
        "integrity",
    )


def test_only_silence_is_better_when_lower_and_its_curve_agrees() -> None:
    for info in registry.SIGNALS:
        low, high = curves.score(info.key, 0.3), curves.score(info.key, 40.0)
        assert (low > high) == (info.direction == "down"), info.key


def test_the_least_n_shown_is_the_least_n_applied() -> None:
    least = {info.key: info.least_n for info in registry.SIGNALS}
    for key in ("release_weeks", "longest_release_silence", "active_weeks"):
        assert least[key] == f"{window.LEAST_AGE_WEEKS} weeks of age"
    assert least["contributor_days"] == f"{commit_frequency.LEAST_CONTRIBUTOR_DAYS} author-days"
    for question in (issue_responsiveness.FIRST_RESPONSE, issue_responsiveness.RESOLUTION, review.REVIEW_RESPONSE):
        assert least[question.key] == f"{question.least} {question.noun}s of {question.least_accounts} accounts"
    assert least["independent_review"] == f"{review.LEAST_AUTHOR_DAYS} author-days"
    assert least["server_evidence"] == f"{integrity.LEAST_AUTHOR_DAYS} author-days"
    assert least["history_integrity"].startswith(f"{integrity.LEAST_OBJECTS} objects")
    windows = f"{concentration_trend.LEAST_QUARTERS} windows of {contributors.LEAST_AUTHOR_DAYS} author-days"
    assert least["concentration_trend"] == windows
    days, people = contributors.LEAST_AUTHOR_DAYS, contributors.LEAST_PEOPLE
    assert least["effective_contributors"] == f"{days} author-days of {people} people"
