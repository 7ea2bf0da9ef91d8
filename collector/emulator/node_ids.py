"""Node ids in GitHub's format."""

from base64 import urlsafe_b64encode
from functools import lru_cache


@lru_cache(maxsize=65536)
def node_id(prefix: str, *numbers: int | str) -> str:
    """Return a GraphQL node id in GitHub's format: a prefix for the type, and the ids in msgpack and base64.

    For an object within a repository, pass the repository's id and then its own.
    """
    packed = bytes([0x91 + len(numbers), 0]) + b"".join(map(_packed, numbers))
    return f"{prefix}_{urlsafe_b64encode(packed).decode().rstrip('=')}"


def _packed(value: int | str) -> bytes:
    """Encode an integer of up to 64 bits, or a short string, as msgpack.

    https://github.com/msgpack/msgpack/blob/master/spec.md
    """
    if isinstance(value, str):
        text = value.encode()
        return (bytes([0xA0 | len(text)]) if len(text) < 32 else bytes([0xD9, len(text)])) + text
    if value < 0x80:
        return bytes([value])
    power = next(n for n in range(4) if value < 1 << 8 * 2**n)
    return bytes([0xCC + power]) + value.to_bytes(2**power)
