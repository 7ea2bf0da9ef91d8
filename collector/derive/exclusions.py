"""Codes of the reasons why the derived tables leave out work, a person or a release."""

# Why a landed commit does not count as work, in the order in which the reasons are checked.
MERGE, FORK_PUSH, BULK, REWRITTEN, COPY, BOT = "merge", "fork_push", "bulk", "rewritten", "copy", "bot"
CLIENT_DATED, NO_DATE = "client_dated", "no_date"
# All its lines are in generated files.
GENERATED = "generated"

# Why work counts for active weeks, but for no person.
NOBODY, GHOST, MIRROR = "nobody", "ghost", "mirror"

# Why a release or a version tag does not count.
MOVING, NO_VERSION = "moving_tag", "no_version"
SEEN_BEFORE, NO_COMMIT, NOT_LANDED = "version_seen_before", "no_commit", "not_landed"
