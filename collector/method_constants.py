"""Every number of the method, once. The unit is in the name.

Python imports them; the SQL views read them from the one-row table `rules` (`FOR_SQL`); docs/signals.md is generated
with them. A number that shapes only one signal's score curve is in that signal's file.

This module imports nothing and stands beside the packages: `collector/derive`, which runs before the method, needs
some of the numbers, too.
A change of any other number changes what signals mean: raise METHOD_VERSION with it, and
`collector.derive.DERIVATION_VERSION` when the number decides how commits land.
"""

METHOD_VERSION = "2"

# The window
WINDOW_WEEKS = 52
WINDOW_DAYS = 7 * WINDOW_WEEKS
BLOCK_WEEKS = 4  # the bootstrap draws blocks of so many weeks
LEAST_AGE_WEEKS = 26  # of a project's oldest repository
STALE_AFTER_DAYS = 8  # between the last complete sync and the date

# Which work counts
SUBSTANTIVE_LINES = 10  # of an author-day, a pull request or a commit
BULK_COMMITS = 200  # a push of more without a pull request is an import
BULK_DAYS = 30  # and so is one whose commits are dated further apart
# GitHub stores when it verified a signature since then, and filled in older times later, many in the same second:
# https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
VERIFIED_SINCE = "2024-11-06"
VERIFICATION_DAYS = 7  # after the committer's date; an owner may add a key years later
REVIEWED_PERCENT = 50  # of an author-day's lines, for the day to be a reviewed one
DAYS_PER_WEEK = 5  # author-days of a person that count in one week
OCCASIONAL_WEEKS = 3  # with work, for a person to be more than a visitor
REGULAR_WEEKS = 8  # with work, for a person to be a regular contributor
OTHERS_PER_REGULARS = 1 / 3  # author-days that others may add to those of regulars
OTHERS_LET_THROUGH = 26  # author-days of others that count in any case as presence

# Who counts
ACCOUNT_AGE_DAYS = 90  # of an outsider at the opening, of a reviewer at the review
IMPORTED_HOURS = 24  # that a thread is older than one with a smaller number, for it to be an imported one
FORM_SECONDS = 60  # after a thread's opening, in which its form sets labels and assignees, which shows no power

# Which releases count
RELEASED_WORK_DAYS = 90  # the age of the newest work in a release
PRE_RELEASE_DAYS = 28  # between two that count, in a project with pre-releases only

# Which answers count
AUTOMATIC_REPLY_SECONDS = 120  # after the opening; what comes later can be a human's answer
WITHDRAWAL_HOURS = 24  # after the opening, in which an author's own closing ends the wait; later it is no event
LOCK_DAYS = 14  # after an issue's closing by words, in which a lock silences its author
TEMPLATE_POSTS = 3  # of the same text by the same account in a project
FIRST_RESPONSE_DAYS = 7
RESOLUTION_DAYS = 90
REVIEW_RESPONSE_DAYS = 7

# Failures, and what explains them
# GitHub's button and git write the first; https://www.conventionalcommits.org/ suggests the last.
REVERT_BEGINNINGS = ('Revert "', "Revert:", "revert:")
REVERTED_WORK_DAYS = 90  # the age of the work that a revert takes back
HOTFIX_HOURS = 72  # after a release, for the next patch of it to be a hotfix; and around what it is a fix of
HOTFIX_GAPS = 4  # so many times the hours must fit into the median gap between releases
HOTFIX_RELEASES = 4  # of a package in the window, for it to have such a gap
INCIDENT_WORDS = ("incident", "outage", "regression", "security", "vulnerability", "postmortem", "downtime")
EXPLAINED_DAYS_BEFORE = 2  # the event
EXPLAINED_DAYS = 14  # after the event
EXPLAINING_CHARACTERS = 200  # without quotes and code

# The trend of concentration
TREND_QUARTERS = 8
QUARTER_WEEKS = 13

# Those who build on it
UPKEEP_DAYS = 180  # in which an SDK or example must have changed to be alive
RETURNING_WEEKS = 104  # to the window's end, in which newcomers are looked at
RETURNING_DAYS = 30  # after the first thread, from which on coming back counts
RETURNED_WITHIN_DAYS = 180
RETURNING_CHARACTERS = 40  # of a comment, for it to be one

# Docs and economic rules
NOTE_CHARACTERS = 200  # of a release's own text, for it to tell what is new
RULE_LINES = 3  # in rule paths, for a landing to be a change of the rules; elsewhere SUBSTANTIVE_LINES
NOTICE_DAYS = 7  # between the last change of a rule change and its merge
NOTICE_CHARACTERS = 40  # of another person's comment or review before the merge

# The public record
AMENDED_HOURS = 24  # after a landing, in which it may be dropped without a charge
WITHDRAWN_DAYS = 7  # after a version's publication, to withdraw it; and then to publish a higher one
WATCHED_DAYS = 7  # between the first and the last complete sync, for what vanishes between them to be noticed

# The state of a project
SILENT_WEEKS = 26  # without an author-day, for a project to be silent; and the halves of a year that are compared
SLOWING_PERCENT = 10  # fewer author-days than in the half before, at least
STATE_BLOCK_WEEKS = 2  # the bootstrap of a half draws blocks of so many weeks
LEAST_STATE_DAYS = 10  # author-days, to be more than sporadic, or to be awake again

# The least n: with fewer, a signal is "insufficient"
LEAST_CONTRIBUTOR_DAYS = 10
LEAST_ISSUES = 15
LEAST_ISSUE_ACCOUNTS = 10
LEAST_PULL_REQUESTS = 10
LEAST_PULL_REQUEST_ACCOUNTS = 6
LEAST_REVIEWABLE_DAYS = 20  # author-days that could have been reviewed
LEAST_DATED_DAYS = 20  # author-days that a clock dates
LEAST_SHARED_DAYS = 30  # author-days from which concentration is computed, in the window or in a quarter
LEAST_PEOPLE = 2
LEAST_QUARTERS = 6
LEAST_OBJECTS = 30  # issues, pull requests and releases
LEAST_FAILURES = 5
LEAST_ASSETS = 2  # SDKs and examples
LEAST_NEWCOMERS = 15
LEAST_RULE_CHANGES = 3
LEAST_FAMILIES = 6  # with a score, for an overall score

# Statistics
INTERVAL_LEVEL = 0.95  # of every interval but that of a difference; Z95 and WIDTH95 belong to it
Z95 = 1.9599639845400536  # the standard normal quantile of 0.975: a two-sided 95 % interval
WIDTH95 = 3.92  # of a normal 95 % interval in standard deviations: twice Z95, rounded
BOOTSTRAP_DRAWS = 2_000
SCORE_DRAWS = 10_000
SCORE_FLOOR = 0.01  # the least that a family's score weighs
SCORE_EDGE = 0.005  # how near a score comes to 0 and 1, which have no logit
PRIOR_TRIALS = 5.0  # imagined trials that draw a small share towards the middle
PRIOR_SHARE = 0.5  # of which so many succeed
DIFFERENCE_PERCENT = (
    90  # the level of the interval that must leave out 0 for a direction, or a difference of two scores
)
MOST_COMPARED = 60  # projects of a category: of more, letters say little, and comparing each with each takes long

FOR_SQL = {
    "substantive_lines": SUBSTANTIVE_LINES,
    "reviewed_percent": REVIEWED_PERCENT,
    "days_per_week": DAYS_PER_WEEK,
    "occasional_weeks": OCCASIONAL_WEEKS,
    "account_age_days": ACCOUNT_AGE_DAYS,
    "released_work_days": RELEASED_WORK_DAYS,
    "pre_release_days": PRE_RELEASE_DAYS,
    "automatic_reply_seconds": AUTOMATIC_REPLY_SECONDS,
    "withdrawal_hours": WITHDRAWAL_HOURS,
    "lock_days": LOCK_DAYS,
    "template_posts": TEMPLATE_POSTS,
    "trend_quarters": TREND_QUARTERS,
    "quarter_weeks": QUARTER_WEEKS,
    "least_shared_days": LEAST_SHARED_DAYS,
    "watched_days": WATCHED_DAYS,
    "upkeep_days": UPKEEP_DAYS,
    "returning_weeks": RETURNING_WEEKS,
    "returning_days": RETURNING_DAYS,
    "returning_characters": RETURNING_CHARACTERS,
    "withdrawn_days": WITHDRAWN_DAYS,
    "note_characters": NOTE_CHARACTERS,
    "rule_lines": RULE_LINES,
    "notice_days": NOTICE_DAYS,
    "notice_characters": NOTICE_CHARACTERS,
    "reverted_work_days": REVERTED_WORK_DAYS,
    "hotfix_hours": HOTFIX_HOURS,
    "hotfix_gaps": HOTFIX_GAPS,
    "hotfix_releases": HOTFIX_RELEASES,
    "explained_days_before": EXPLAINED_DAYS_BEFORE,
    "explained_days": EXPLAINED_DAYS,
    "explaining_characters": EXPLAINING_CHARACTERS,
}
"""The columns of the table `rules`: what the views need."""
