"""Texts that are not stored can still be told apart: by a keyed hash of what they say."""

import re
from hashlib import blake2b

_NOISE = re.compile(r"^\s*>.*$|https?://\S+|@[\w-]+|#?\d+", re.MULTILINE)


def text_hash(text: str, key: str) -> str:
    """A keyed hash of a text as the template rule compares it: lower case, without mentions, links, numbers, quotes."""
    plain = " ".join(_NOISE.sub(" ", text.lower()).split())
    return blake2b(plain.encode(), key=key.encode(), digest_size=12).hexdigest()
