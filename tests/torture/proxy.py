"""A proxy that mutates GitHub's responses: their structure, their values, and HTTP. Everything follows from a seed.

A mutation never makes one plausible value of another: no program could see that. What it makes is wrong by GitHub's
schema, or by what the same response says elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.torture.documents import Reply
from tests.torture.forms import (
    confused_rows,
    more_fields,
    not_modified,
    odd_limit,
    odd_price,
    other_etag,
    other_number,
    other_times,
    other_type,
    wandering_link,
)
from tests.torture.structure import (
    drop_key,
    drop_rest_row,
    drop_row,
    null_row,
    null_value,
    null_with_error,
    odd_errors,
    odd_page,
    odd_time,
    other_root,
    repeat_row,
    replace_value,
    reverse_rows,
)
from tests.torture.transport import (
    cut,
    deep,
    double_keys,
    large,
    no_answer,
    noise,
    odd_headers,
    odd_link,
    other_text,
    packed,
    redirect,
    status,
)

Mutation = Callable[[Random, Reply], bool]
STRUCTURE: tuple[Mutation, ...] = (
    drop_key, replace_value, null_value, null_with_error, odd_errors, other_root, drop_row, drop_rest_row, repeat_row,
    null_row,
    reverse_rows, odd_page,
)  # fmt: skip
TEXT: tuple[Mutation, ...] = (deep, double_keys, cut, noise, other_text)
HTTP: tuple[Mutation, ...] = (status, redirect, odd_headers, odd_link, packed, large, no_answer)
FIELDS: tuple[Mutation, ...] = (drop_key, replace_value, null_value, null_with_error)
TIMES: tuple[Mutation, ...] = (odd_time,)
FORMS: tuple[Mutation, ...] = (
    confused_rows, more_fields, not_modified, odd_limit, odd_price, other_etag, other_number, other_times,
    other_type, wandering_link,
)  # fmt: skip


@dataclass
class Proxy:
    """Stands in front of the emulator and mutates its responses. All follows from the seed."""

    seed: int
    share: float = 0.0  # of the responses
    mutations: tuple[Mutation, ...] = ()  # of which one is chosen for each
    # With a lasting mutation, every response to one operation is mutated, and always in the same manner.
    lasting: bool = False
    done: list[str] = field(default_factory=list)  # "mutation: operation" of each response that was mutated

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.operation: str | None = None

    @classmethod
    def of_any_kind(cls, seed: int) -> Proxy:
        """Return a proxy with any mutations, or with one, of a share of the responses or of one operation."""
        random = Random(f"proxy {seed}")
        every = (*STRUCTURE, *STRUCTURE, *FIELDS, *FIELDS, *TEXT, *HTTP)
        mutations = random.choice([every, every, (random.choice(every),)])
        return cls(seed, random.choice([0.02, 0.1, 0.3, 1.0]), mutations, lasting=random.random() < 0.4)

    @classmethod
    def of_forms(cls, seed: int) -> Proxy:
        """Return a proxy with mutations that stay close to what GitHub sends."""
        random = Random(f"forms {seed}")
        mutations = random.choice([FORMS, (random.choice(FORMS),)])
        return cls(seed, random.choice([0.02, 0.1, 0.3, 1.0]), mutations, lasting=random.random() < 0.3)

    def __call__(self, operation: str, answer: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        response = answer()
        headers = {k: v for k, v in response.headers.items() if k not in ("content-length", "transfer-encoding")}
        reply = Reply(response.status_code, headers, response.content)
        if self._strikes(operation):
            self._mutate(operation, reply)
        if reply.raise_:
            raise reply.raise_("Disturbed.", request=request)
        return httpx.Response(
            reply.status, headers=_raw(reply.headers), stream=httpx.ByteStream(reply.content), request=request
        )

    def _strikes(self, operation: str) -> bool:
        if not self.lasting:
            return self.random.random() < self.share
        if self.operation is None and self.random.random() < 0.1:
            self.operation = operation
        return operation == self.operation

    def _mutate(self, operation: str, reply: Reply) -> None:
        random = Random(f"{self.seed} {operation}") if self.lasting else self.random
        for mutation in random.sample(self.mutations, len(self.mutations)):
            before = (reply.status, dict(reply.headers), reply.content)
            try:
                if mutation(random, reply):
                    self.done.append(f"{mutation.__name__}: {operation}")
                    return
            except (ValueError, RecursionError, OverflowError, IndexError):  # a mutation that does not fit the response
                reply.status, reply.headers, reply.content = before


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers.items()]
