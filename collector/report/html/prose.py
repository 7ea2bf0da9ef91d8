"""The method's texts, which are written in a little Markdown, as HTML."""

import re
from html import escape
from importlib import import_module
from importlib.resources import files

from collector import method
from collector import method_constants as constants
from collector.method.registry import BY_KEY
from collector.report import phrases, words

# The parts of a signal's text: each begins with its name in emphasis.
ATTACKS, BLIND, EXAMPLE = "Attacks", "Cannot see", "Example"
_WORDS = {
    key: f'"{word}"'
    for key, word in (words.STATUSES | words.STATES | {info.key: info.title for info in BY_KEY.values()}).items()
}
_PART = re.compile(rf"\s*\*({EXAMPLE}|{ATTACKS}|{BLIND})\.?\*\s*")


def html(text: str) -> str:
    """Return paragraphs, headings, emphasis, strong text, code and links to the web as HTML; all else is text."""
    return "\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()))


def shared_rules() -> str:
    """Return what all signals share, as HTML."""
    text = files(method).joinpath("shared_rules.md").read_text(encoding="utf-8")
    return html(_in_words(text.format_map(vars(constants) | {"defined": len(BY_KEY)})))


def signal(key: str) -> dict[str, str]:
    """Return the rule of a signal by part, as HTML: "" is the definition, ATTACKS what it costs to fake."""
    text = files(method).joinpath(f"signals/{key}.md").read_text(encoding="utf-8")
    own = vars(import_module(f"collector.method.signals.{key}"))
    text = text.format_map(vars(constants) | own | {"least_n": BY_KEY[key].least_n})
    definition, *rest = _PART.split(_in_words(text))
    parts: dict[str, str] = {"": html(definition)}
    for name, part in zip(rest[::2], rest[1::2], strict=True):
        parts[name] = html(f"{part[:1].upper()}{part[1:]}")
    return parts


def _in_words(text: str) -> str:
    """Return a text of the method with the reports' words in place of keys of statuses, states and signals."""
    return re.sub(r"`(\w+)`", lambda key: _WORDS.get(key[1], key[0]), phrases.said(text))


def _block(block: str) -> str:
    heading = re.fullmatch(r"#+ (.*)", block)
    if heading:
        return f"<h2>{inline(heading[1])}</h2>"
    if block.startswith("- "):
        items = re.split(r"\n?^- ", block, flags=re.MULTILINE)[1:]
        return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"
    return f"<p>{inline(block)}</p>"


def inline(text: str) -> str:
    """Return a line with its code, emphasis and links as HTML. Code comes first: what is in it has no other marks."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(f"<code>{escape(part)}</code>" if n % 2 else _marked(escape(part)) for n, part in enumerate(parts))


def _marked(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\((https://[^)\s]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
