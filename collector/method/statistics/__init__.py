"""Formulas: pure functions on numbers, each with its source."""
