"""The red team: what it costs to move a signal without doing what it asks about."""
