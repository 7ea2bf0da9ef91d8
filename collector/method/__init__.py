"""Compute the method: from the facts in the database to signals, scores and comparisons.

- `constants`: every number of the method
- `signals/KEY.py`, `KEY.sql`, `KEY.md`: one signal: its definition and function, its evidence, its page of the docs
- `registry`: the signals in their order
- `views/*.sql`: building blocks of several signals' evidence; `evidence` stores and reads all views
- `naive`: the figure that a dashboard would show instead
- `preconditions`: why no signal of a project can be computed
- `weekly`, `author_days`, `time_to_event`: what several signals share
- `statistics/`: formulas, with their sources
- `project_state`: the state of each project, its last release and last change
- `compute`: all signals of a date, written to the tables `signals` and `project_facts`
- `unchanged`, `ageing`, `carried`: which projects follow from an earlier date of the week, and how
- `scores`, `letters`: from signals to families and projects, and which projects the data can tell apart
"""
