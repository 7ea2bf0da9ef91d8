"""The links between the parts of a report: within one file, or between the pages of a site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Links:
    """The addresses of projects, signals and words; `site` is whether they have pages of their own."""

    site: bool

    def overview(self) -> str:
        """Return the address of the overview."""
        return "index.html" if self.site else "#overview"

    def project(self, slug: str) -> str:
        """Return the address of a project."""
        return f"project-{slug}.html" if self.site else f"#{slug}"

    def evidence(self, slug: str, signal: str) -> str:
        """Return the address of the rows behind a signal, seen from the project's page."""
        return f"#{slug}-{signal}"

    def signal(self, key: str) -> str:
        """Return the address of a signal's definition."""
        return f"signal-{key.replace('_', '-')}.html" if self.site else f"#about-{key}"

    def family(self, name: str) -> str:
        """Return the address of a family's signals; `name` is its word."""
        return f"signals.html#{name}" if self.site else f"#about-{name}"

    def word(self, name: str) -> str:
        """Return the address of a word of the glossary."""
        anchor = f"#word-{name.replace(' ', '-').replace('%', 'percent')}"
        return f"glossary.html{anchor}" if self.site else anchor
