"""Check whether a signal of a project can be computed at all, before anything is counted."""

from collections.abc import Sequence
from dataclasses import replace

from collector.method.definition import Context
from collector.method.signal import Signal

DISCUSSIONS = "discussions"
_NAMED = 3  # repositories named in a reason


def obstacle(context: Context) -> Signal | None:
    """Return a signal without a value for the first obstacle, None if the signal can be computed."""
    project, window = context.project, context.window
    # From what hides all of a project to what hides one signal of it: the first obstacle is the reason that is shown.
    if project.created_at is None and project.configured:
        return _bare(context).insufficient(f"none of its {project.configured} repositories has been synced yet")
    if project.created_at is None:
        return _bare(context).not_observable(project.note or "no public repository")
    if project.incomplete:
        return context.insufficient(f"the first sync of {_some(project.incomplete)} is not complete")
    if project.synced_at is None:
        return _bare(context).not_observable("no repository can be seen")
    if window.is_stale(project.synced_at):
        return _bare(context).stale(f"last complete sync on {project.synced_at:%Y-%m-%d}")
    if window.start < project.start and project.created_at < project.start:
        return context.insufficient(
            f"before_lookback: the database begins on {project.start:%Y-%m-%d}, the window on {window.start:%Y-%m-%d}"
        )
    without = sorted({name for kind in context.signal.needs for name in project.lacking.get(kind, ())})
    if without:
        return context.insufficient(
            f"facts_incomplete: not all that this signal needs has been fetched from {_some(without)} yet; "
            "the syncs of one week fetch it"
        )
    for fact in sorted(context.missing.keys() & context.signal.needs):
        return context.insufficient(f"facts_incomplete: {context.missing[fact]}")
    for kind in context.signal.needs:
        last = project.apart.get(kind)
        if last is not None and window.is_stale(last):
            return _bare(context).stale(f"{kind} were last complete on {last:%Y-%m-%d}")
    if context.signal.about_issues and not project.has_issues and not _has_discussions(context):
        return context.not_observable("issues are switched off")
    if context.signal.about_pull_requests and not project.has_pull_requests:
        return context.not_observable("pull requests are switched off")
    if context.signal.about_people and "by_mirror" in context.excluded:
        # Even if the mirror's part is small: the people who remain visible would pass for all of them.
        return context.not_observable("others' work is pushed here by a mirror, so the people behind it cannot be seen")
    return None


def _bare(context: Context) -> Context:
    """Return the context without figures to show beside the reason, where what is stored would mislead."""
    return replace(context, rows=(), naive={})


def _has_discussions(context: Context) -> bool:
    """Return whether the signal counts discussions, and there are some: they can be seen where issues cannot."""
    return DISCUSSIONS in context.signal.needs and any(row["kind"] == "discussion" for row in context.rows)


def _some(names: Sequence[str]) -> str:
    """Return the names as text, at most _NAMED of them."""
    return ", ".join(names[:_NAMED]) + (" and others" if len(names) > _NAMED else "")
