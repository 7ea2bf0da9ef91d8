"""Restrict the configuration to the projects and repositories named by --project and --repo."""

from collections.abc import Sequence
from dataclasses import replace

from collector.config.model import Config
from collector.did_you_mean import did_you_mean
from collector.errors import UsageError

_NEXT_STEP = "`collect repos list` shows what is tracked."


def selected(config: Config, projects: Sequence[str], repos: Sequence[str]) -> Config:
    """Return the configuration with only the named projects (by slug) and repositories (`owner/name`), ignoring case.

    A repository stays if it or its project is named; with no names the configuration is returned unchanged. Use the
    result only to choose what to sync: signals, and `hash`, need the full configuration. Raises UsageError for a name
    that is not tracked.
    """
    if not projects and not repos:
        return config
    slugs = _known(projects, [project.slug for project in config.projects], "project", config)
    tracked = [tracked.repo for project in config.projects for tracked in project.repos]
    names = _known(repos, tracked, "repository", config)
    kept = (
        project
        if project.slug in slugs
        else replace(project, repos=tuple(tracked for tracked in project.repos if tracked.repo in names))
        for project in config.projects
    )
    return replace(config, projects=tuple(project for project in kept if project.slug in slugs or project.repos))


def _known(wanted: Sequence[str], known: Sequence[str], kind: str, config: Config) -> set[str]:
    """Return the names as spelled in the configuration."""
    written = {name.casefold(): name for name in known}
    for name in wanted:
        if name.casefold() not in written:
            message = f'{config.path} has no {kind} "{name}"{did_you_mean(name, known)}'
            raise UsageError(message, _NEXT_STEP)
    return {written[name.casefold()] for name in wanted}
