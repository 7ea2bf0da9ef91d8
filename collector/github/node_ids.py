"""Decode the database id inside a node id, for objects whose `databaseId` GitHub returns as null.

Node ids are opaque by GitHub's documentation, so this is a fallback, and callers have another one behind it.
https://docs.github.com/en/graphql/guides/using-global-node-ids
The format is visible in public responses: "R_kgDOABPHjQ" is a type prefix and, in base64, the msgpack array
[0, 1296269], or [0, repository id, own id] for objects inside a repository. The older format is "010:Repository1296269"
in base64.
"""

import re
from base64 import b64decode, urlsafe_b64decode

_OLD = re.compile(rb"0(\d{1,3}):([A-Za-z]+)(\d{1,19})")
# The markers of msgpack's unsigned integers, and the number of bytes that follow: https://github.com/msgpack/msgpack
_UNSIGNED = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}
_ARRAY = 0x90
# What SQLite's 64-bit integers hold.
_LARGEST = 2**63 - 1


def number(node_id: str) -> int | None:
    """Return the database id in a node id; None when its format is unknown."""
    found = _old(node_id) if "_" not in node_id else _new(node_id.partition("_")[2])
    return found if found is not None and found <= _LARGEST else None


def differ(one: object, other: object) -> bool:
    """Return whether two node ids are certainly of different objects; not so for ids of one object in both formats.

    https://docs.github.com/en/graphql/guides/migrating-graphql-global-node-ids
    """
    if one == other or not isinstance(one, str) or not isinstance(other, str):
        return False
    numbers = number(one), number(other)
    return None not in numbers and numbers[0] != numbers[1]


def _old(node_id: str) -> int | None:
    try:
        found = _OLD.fullmatch(b64decode(node_id, validate=True))
    except ValueError:
        return None
    return int(found[3]) if found and int(found[1]) == len(found[2]) else None


def _new(packed: str) -> int | None:
    try:
        held = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        integers = _integers(held)
    except (ValueError, IndexError):
        return None
    return integers[-1] if len(integers) > 1 and integers[0] == 0 else None


def _integers(held: bytes) -> list[int]:
    """Return the unsigned integers of a short msgpack array. Raises ValueError or IndexError for anything else."""
    out, at = [], 1
    for _ in range(held[0] - _ARRAY):
        width = _UNSIGNED.get(held[at], 0)
        if width == 0 and held[at] > 0x7F:
            raise ValueError("not an unsigned integer")
        out.append(int.from_bytes(held[at + 1 : at + 1 + width]) if width else held[at])
        at += 1 + width
    if at != len(held):
        raise ValueError("not an array of integers")
    return out
