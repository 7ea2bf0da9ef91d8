"""A sync: detect what changed since the last run, fetch it, store it, and record how the run ended."""
