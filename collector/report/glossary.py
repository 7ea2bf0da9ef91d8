"""The glossary: the project's own words, from `glossary.toml`."""

import tomllib
from importlib.resources import files

from collector import method_constants as constants


def read() -> dict[str, dict[str, str]]:
    """Return subject -> word -> meaning."""
    text = files(__package__).joinpath("glossary.toml").read_text(encoding="utf-8")
    return {
        subject: {word: meaning.format_map(vars(constants)) for word, meaning in words.items()}
        for subject, words in tomllib.loads(text).items()
    }
