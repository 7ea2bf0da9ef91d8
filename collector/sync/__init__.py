"""A sync: what changed since the last run, in which order it is fetched, and how the run ends."""
