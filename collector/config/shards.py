"""Divide projects among shards: databases of whole projects, which together are one."""

from dataclasses import dataclass, replace
from hashlib import blake2b

from collector.config.model import Config


@dataclass(frozen=True, order=True)
class Shard:
    """Shard `number` (from 1) of `count`."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Parse "2/3". Raises ValueError."""
        number, slash, count = text.partition("/")
        shard = cls(int(number), int(count)) if slash else cls(0, 0)
        if not 1 <= shard.number <= shard.count:
            raise ValueError(text)
        return shard

    def holds(self, slug: str) -> bool:
        """Return whether a project belongs to this shard.

        That follows from its slug alone, so no machine needs to know the others, and a list that grows moves nothing.
        """
        return int.from_bytes(blake2b(slug.encode(), digest_size=8).digest()) % self.count == self.number - 1


def of_shard(config: Config, shard: Shard) -> Config:
    """Return the configuration with the projects of one shard only.

    Use the result only to choose what to sync: signals, and `Config.hash`, need the full configuration.
    """
    return replace(config, projects=tuple(project for project in config.projects if shard.holds(project.slug)))
