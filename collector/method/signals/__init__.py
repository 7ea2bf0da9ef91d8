"""The signals: pure functions from counted rows to a value, an interval and a score. No HTTP and no SQL in here."""
