"""The templates' environment: what they may call, and the page's own style and script with their hashes."""

import base64
import hashlib
import re
from datetime import datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from collector.method.registry import BY_KEY, SIGNALS
from collector.method.scores import OVERALL
from collector.method_constants import LEAST_FAMILIES, WINDOW_WEEKS
from collector.report import phrases, sentences, words
from collector.report.charts.bars import interval_bar, sparkline
from collector.report.html import prose
from collector.report.html.links import Links
from collector.text import plural

HERE = files(__package__)
# In CSS: a string, which stays, or punctuation with space around it, which needs none.
_PUNCTUATION = re.compile(r'"[^"]*"|\s*([{};,])\s*|(?<=[a-z]): ')


def environment(synthetic: bool, now: datetime, links: Links) -> Environment:
    """Return the Jinja2 environment. Values are escaped and stripped of control characters."""
    out = Environment(
        loader=PackageLoader("collector.report.html"),
        autoescape=True,
        # A misspelt name fails; by default it would show nothing.
        # https://jinja.palletsprojects.com/en/stable/api/#undefined-types
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda x: words.plain(x) if isinstance(x, str) and not hasattr(x, "__html__") else x,
    )
    out.globals |= {
        "words": words,
        "phrases": phrases,
        "links": links,
        "css": _asset("style.css"),
        "script": _asset("script.js"),
        "hash": digest,
        "bar": interval_bar,
        "sparkline": sparkline,
        "plural": plural,
        "BY_KEY": BY_KEY,
        "SIGNALS": SIGNALS,
        "OVERALL": OVERALL,
        "LEAST_FAMILIES": LEAST_FAMILIES,
        "WINDOW_WEEKS": WINDOW_WEEKS,
        "sentences_of": sentences.of,
        "shown_as_little": sentences.shown_as_little,
        "arrow": sentences.arrow,
        "synthetic": synthetic,
        "now": None if synthetic else now,
    }
    out.filters |= {
        "spaced": lambda text: str(text).replace("_", " "),
        "capital": lambda text: text[:1].upper() + text[1:],
        "title_of": words.title,
        "dated": _dated,
        "inline": prose.inline,
    }
    return out


def digest(text: str) -> str:
    """Return the source of a content security policy that allows exactly this style or script.

    https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _dated(text: str) -> Markup:
    """Escape a sentence, and keep each of its dates on one line."""
    return Markup(re.sub(r"\d{4}-\d\d-\d\d", r'<span class="date">\g<0></span>', str(escape(words.plain(text)))))


@cache
def _asset(name: str) -> str:
    """Return a file without comments in lines of their own and without needless space, since each page has it."""
    lines = (line.strip() for line in (HERE / name).read_text(encoding="utf-8").splitlines())
    text = "\n".join(line for line in lines if line and not line.startswith("//"))
    return _PUNCTUATION.sub(lambda found: found[1] or found[0].rstrip(), text) if name.endswith(".css") else text
