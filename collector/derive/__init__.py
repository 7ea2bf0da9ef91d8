"""When, by what and by whom each commit landed on the default branch, and what of it counts as work.

`history` holds a repository's commits, `landings` walks them, `copies` compares across a project, `versions`
reads tags; these are pure. `read` reads the facts, `tables` writes what follows from them.
"""

DERIVATION_VERSION = 2
"""Raise it by one with every change by which the same facts can give other rows in the derived tables: a rule in this
package, who is a bot (`collector/store/bots.py`), the method's numbers of bulk landings. The next `collect signals`
then derives them again; else an existing database keeps its old rows until a sync brings something new."""
