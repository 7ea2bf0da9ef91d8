"""Shards: databases of whole projects, split from one or synced apart, computed side by side, and merged again."""
