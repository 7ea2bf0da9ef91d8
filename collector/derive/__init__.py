"""Derive landings and work from the facts: when and how each commit reached the default branch, and what counts.

`history` models a repository's commit graph, `landings` decides how commits landed, `copies` finds copies across a
project, `release_branches` and `release_contents` find what releases contain, `release_days` what they are the first to
hold, and `versions` parses tags; these do no I/O. `read` loads the facts, `tables` writes the derived tables. The
modules `needed_...` tell a sync which details of commits and accounts these need.
"""

DERIVATION_VERSION = 13
"""Increase it with every change that can derive other rows from the same facts: a rule in this package, who is a bot
(`collector/store/bots.py`), or the method's limits for bulk landings. The next `collect signals` then derives all
tables again; otherwise an existing database keeps its old rows until a sync stores something new."""
