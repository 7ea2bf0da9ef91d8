"""Torture: disturb the program in every way that we can think of, and compare what is left with an undisturbed run.

`python -m tests.torture` runs any number of seeds; docs/reliability.md says what is promised and shows the last counts.
"""
