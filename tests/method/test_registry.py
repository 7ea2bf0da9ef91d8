from importlib.resources import files

from collector.method import registry, signals


def test_keys_and_titles_are_unique_and_questions_are_questions() -> None:
    assert len(registry.BY_KEY) == len(registry.SIGNALS)
    assert len({signal.title for signal in registry.SIGNALS}) == len(registry.SIGNALS)
    assert max(len(signal.title) for signal in registry.SIGNALS) <= 30
    assert all(signal.question.endswith("?") for signal in registry.SIGNALS)


def test_the_families_in_order() -> None:
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


def test_a_signal_is_three_files_of_its_name_and_every_one_of_them_is_registered() -> None:
    names = {path.name for path in files(signals).iterdir() if not path.name.startswith("__")}
    assert names == {f"{key}.{ending}" for key in registry.BY_KEY for ending in ("py", "sql", "md")}
