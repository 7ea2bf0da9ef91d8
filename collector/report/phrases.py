"""The figures beside the signals in words: naive figures, companions, and reasons why rows do not count."""

import math
import re
from collections.abc import Callable, Mapping

from collector.method_constants import (
    ACCOUNT_AGE_DAYS,
    DIFFERENCE_PERCENT,
    LEAST_SHARED_DAYS,
    OCCASIONAL_WEEKS,
    QUARTER_WEEKS,
    REVERTED_WORK_DAYS,
    SUBSTANTIVE_LINES,
)
from collector.text import plain

Phrase = Callable[[object], str]


def naive(figures: Mapping[str, object] | None) -> str:
    """Say what a dashboard would show, as in "41 releases"; empty if it would show nothing."""
    return _joined(figures or {}, _NAIVE)


def companions(figures: Mapping[str, object]) -> str:
    """Say what is shown with a signal's value, as in "20 people, 14 issues"."""
    own = dict(figures)
    low, high = own.pop("low_90", None), own.pop("high_90", None)
    text = _joined(own, _COMPANIONS)
    if isinstance(low, (int, float)) and isinstance(high, (int, float)):
        slope = f"{DIFFERENCE_PERCENT} % interval {factor(low)} to {factor(high)} a year"
        text = f"{text}, {slope}" if text else slope
    return text


def excluded(figures: Mapping[str, int]) -> str:
    """Say what was left out, as in "moving tags: 12, by bots: 3"; the most frequent reason first."""
    ordered = sorted(figures.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{why(reason)}: {count:,}" for reason, count in ordered)


def why(reason: str) -> str:
    """Return the reason why a row does not count in words: "under_10_lines" becomes "under 10 lines"."""
    words = _REASONS.get(reason) or plain(reason).replace("_", " ")
    return words.replace("no new work of", "without new work of").replace("author days", "days of work")


def reason(text: str) -> str:
    """Return why a signal has no value, without the code that some reasons begin with ("no_regulars: ...")."""
    return said(re.sub(r"^[a-z]+(_[a-z]+)+: ", "", plain(text)).rstrip(". "))


def said(text: str) -> str:
    """Return a text of the method in the words of reports: an author-day is a day of work."""
    text = re.sub(r"\b([Aa])n author-day\b", r"\1 day of work", text)
    return text.replace("author-days", "days of work").replace("author-day", "day of work")


def factor(slope: float) -> str:
    """Format a slope of logarithms per year as a yearly factor: 0.18 is "x 1.20"."""
    return f"x {math.exp(slope):.2f}"


def number(figure: float) -> str:
    """Format with no decimals if whole or at least 100, otherwise with one."""
    if abs(figure) >= 100 or abs(figure - round(figure)) < 0.05:
        return f"{figure:,.0f}"
    return f"{figure:.1f}"


def _joined(figures: Mapping[str, object], phrases: Mapping[str, Phrase]) -> str:
    return ", ".join(text for name, figure in figures.items() if (text := phrases.get(name, _unnamed(name))(figure)))


def _unnamed(name: str) -> Phrase:
    """Return the words for a figure that only another version of the program knows: its name, and the figure."""
    return lambda figure: f"{plain(name).replace('_', ' ')} {_any(figure)}"


def _any(figure: object) -> str:
    if figure is None:
        return "unknown"
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    if isinstance(figure, Mapping):
        inside = ", ".join(f"{plain(str(name)).replace('_', ' ')} {_any(one)}" for name, one in figure.items())
        return f"({inside})" if inside else "none"
    if isinstance(figure, (int, float)):
        # One decimal is too coarse for shares and other small figures.
        return f"{figure:.2f}" if 0 < abs(figure) < 1 else number(figure)
    return plain(str(figure))


def _count(one: str, many: str | None = None) -> Phrase:
    def phrase(figure: object) -> str:
        return "" if figure is None else f"{_any(figure)} {one if figure == 1 else many or one + 's'}"

    return phrase


def _share(what: str, otherwise: str = "") -> Phrase:
    return lambda figure: f"{figure * 100:.0f} % {what}" if isinstance(figure, (int, float)) else otherwise


def _days(text: str, otherwise: str = "") -> Phrase:
    def phrase(figure: object) -> str:
        if not isinstance(figure, (int, float)):
            return otherwise
        return text.format(f"{number(figure)} {'day' if figure == 1 else 'days'}")

    return phrase


def _by_quarter(figure: object) -> str:
    if not isinstance(figure, Mapping) or not figure:
        return ""
    levels = ", ".join(number(level) for _, level in sorted(figure.items(), key=lambda pair: int(pair[0])))
    return f"effective contributors in each {QUARTER_WEEKS} weeks, oldest first: {levels}"


def _resolved_by(figure: object) -> str:
    how = {
        "pull_request": "pull requests",
        "commit": "commits",
        "insider": "insiders",
        "author": "their authors",
    }
    if not isinstance(figure, Mapping) or not figure:
        return ""
    return ", ".join(f"{count} resolved by {how.get(name, name.replace('_', ' '))}" for name, count in figure.items())


def _answered(figure: object) -> str:
    return f"last answer on {figure[:10]}" if isinstance(figure, str) else "no answer"


_NAIVE: Mapping[str, Phrase] = {
    "releases": _count("release"),
    "days_since_last_release": _days("{} since the last release", "no release"),
    "commits": _count("commit"),
    "median_days_of_answered": _days("half of the answered after {}", "nothing answered"),
    "answered_in_7_days_of_answered": _share("of the answered within 7 days"),
    "closed_share": _share("closed", "no issue"),
    "merged_with_a_review": _share("merged with a review", "nothing merged"),
    "commit_authors": _count("commit author"),
    "commit_authors_this_half_year": _count("commit author this half-year", "commit authors this half-year"),
    "commit_authors_the_one_before": _count("in the half-year before", "in the half-year before"),
    "issues_labelled_bug": _count("issue labelled bug", "issues labelled bug"),
    "with_two_threads_or_more": _share("opened two threads or more", "nobody opened a thread"),
    "verified_commits": _share("of the commits verified", "no commit"),
}
_COMPANIONS: Mapping[str, Phrase] = {
    "releases": _count("release that counts", "releases that count"),
    "corroborated_weeks": _count("week with reviewed work", "weeks with reviewed work"),
    "author_days": _count("day of work by known accounts", "days of work by known accounts"),
    "days_of_regulars": _count("by regular contributors", "by regular contributors"),
    "days_of_others": _count("by others", "by others"),
    "accounts": _count("person", "people"),
    "issues": _count("issue"),
    "discussions": _count("discussion"),
    "pull_requests": _count("pull request"),
    "answered_by_anyone_7d": _share("answered by anybody within 7 days"),
    "last_answer_at": _answered,
    "people_unanswered_since": _count("person still unanswered", "people still unanswered"),
    "km_median_days": _days("half within {}", "half never"),
    "naive_mean_days": _days("mean of those that were {}"),
    "naive_median_days": _days("median of those that were {}"),
    "resolved_by": _resolved_by,
    "authors_who_came_back_after_the_closing": _count(
        "author came back after the closing", "authors came back after the closing"
    ),
    "reviewed_author_days": _count("day of work reviewed", "days of work reviewed"),
    "contributor_absence_factor": _count("person does half of the work", "people do half of the work"),
    "people": _count("person with lasting work", "people with lasting work"),
    "regulars": _count("regular contributor"),
    f"people_under_{OCCASIONAL_WEEKS}_weeks": _count(
        f"person active in under {OCCASIONAL_WEEKS} weeks", f"people active in under {OCCASIONAL_WEEKS} weeks"
    ),
    "effective_contributors": _by_quarter,
    "direction": lambda figure: str(figure) if figure else "no clear direction",
    "periods": _count("period of four weeks", "periods of four weeks"),
    "releases_with_notes": _share("of the releases with notes"),
    "explained": _count("explained", "explained"),
    "reverts": _count("revert"),
    "hotfixes": _count("hotfix", "hotfixes"),
    "advisories": _count("advisory", "advisories"),
    "incidents": _count("incident"),
    "with_notice": _count("with notice", "with notice"),
    "median_notice_days": _days("half announced {} ahead or more"),
    "alive": _count("alive", "alive"),
    "external_builders": _count("outsider builds with them", "outsiders build with them"),
    "came_back": _count("came back", "came back"),
    "client_dated_author_days": _count(
        "day of work dated by its author alone", "days of work dated by their authors alone"
    ),
    "contained_author_days": _count("day of work inside dated work", "days of work inside dated work"),
    "unwitnessed": _share("from before the first sync"),
    "objects_kept": _share("of issues, pull requests, releases and comments kept"),
    "work_kept": _share("of the work kept"),
    "versions_kept": _share("of the versions kept"),
    "vanished": _count("vanished", "vanished"),
    "arrived_late": _count("with a date before it was first seen", "with a date before they were first seen"),
    "author_days_altered": _count("day of work rewritten", "days of work rewritten"),
    "tag_moved": _count("version whose tag moved", "versions whose tag moved"),
    "tag_vanished": _count("version whose tag vanished", "versions whose tag vanished"),
    "republished": _count("version re-dated", "versions re-dated"),
    "force_push": _count("force push", "force pushes"),
    "numbers_never_seen": _count("number never seen", "numbers never seen"),
}
# Where the code with spaces instead of underscores would not be English.
_REASONS: Mapping[str, str] = {
    "account_age_unknown": "by accounts of unknown age",
    "account_gone": "by deleted accounts",
    f"account_under_{ACCOUNT_AGE_DAYS}_days": f"by accounts under {ACCOUNT_AGE_DAYS} days",
    f"active_in_under_{OCCASIONAL_WEEKS}_weeks": f"by people active in under {OCCASIONAL_WEEKS} weeks",
    "active_in_one_window_only": "by people active in one quarter only",
    "already_released": "of versions released before",
    "answered_before_transfer": "answered before their transfer",
    "arrived_late": "with a date before they were first seen",
    "before_lookback": "before the database begins",
    "bot": "by bots",
    "bulk": "imported in bulk",
    "by_bot": "by bots",
    f"by_bot_under_{SUBSTANTIVE_LINES}_lines": f"by bots, under {SUBSTANTIVE_LINES} lines",
    "by_ghost": "by deleted accounts",
    "by_insider": "by insiders",
    "by_mirror": "pushed by a mirror",
    "by_nobody": "by nobody known",
    "client_dated": "dated by their authors alone",
    "copy": "copies of other work",
    "deleted_by_its_author": "deleted by their authors",
    "draft": "drafts",
    "fork_push": "pushed to a fork",
    "from_inside": "by insiders",
    "generated": "of generated files",
    "imported": "imported",
    "lines_unknown": "of an unknown number of lines",
    "made_anew": "deleted and made anew",
    "merge": "merges",
    "moved_within_project": "moved within the project",
    "moving_tag": "moving tags",
    "no_commit": "without a commit",
    "no_counted_lines": "without lines that count",
    "no_version": "without a version",
    "not_watched_for_a_week": "not watched for a week yet",
    "pre_release": "pre-releases",
    "pre_release_within_four_weeks": "pre-releases within four weeks",
    "reverts_own_work": "reverts of their own work",
    "revert_of_a_revert": "reverts of a revert",
    "rewritten": "in place of work that was rewritten",
    "same_event": "of an event that counts already",
    "switched_off": "where they are switched off",
    "thread_of_account_gone": "in threads of deleted accounts",
    "transferred": "transferred",
    "vanished": "vanished",
    "version_seen_before": "of versions seen before",
    f"window_under_{LEAST_SHARED_DAYS}_author_days": f"in quarters with under {LEAST_SHARED_DAYS} days of work",
    "withdrawn": "withdrawn for a higher version",
    f"work_older_than_{REVERTED_WORK_DAYS}_days": f"of work older than {REVERTED_WORK_DAYS} days",
}
