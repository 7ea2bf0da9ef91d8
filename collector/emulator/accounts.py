"""Accounts of the emulator's world."""

from dataclasses import dataclass


@dataclass(eq=False)
class Account:
    """An account. Its login may change."""

    id: int
    node_id: str
    login: str  # as in GraphQL, without "[bot]"
    kind: str  # User | Bot | Mannequin | Organization
    created_at: str
    other_login: str | None = None  # in REST, where it is not derived from `login`

    @property
    def rest_login(self) -> str:
        """The login as in the REST API."""
        return self.other_login or (f"{self.login}[bot]" if self.kind == "Bot" else self.login)
