"""Hash texts that are not stored, so that equal ones can be recognised."""

import re
from hashlib import blake2b

_NOISE = re.compile(r"^\s*>.*$|https?://\S+|@[\w-]+|#?\d+", re.MULTILINE)


def text_hash(text: str, key: str) -> str:
    """Return a keyed hash of a normalised text: lower case, without quotes, links, mentions and numbers.

    Texts from one template get the same hash. `key` is the database's hash key: without it nobody can try texts until
    one has a stored hash (https://docs.python.org/3/library/hashlib.html#keyed-hashing).
    """
    plain = " ".join(_NOISE.sub(" ", text.lower()).split())
    return blake2b(plain.encode(), key=key.encode(), digest_size=12).hexdigest()
