"""From signals in the database to something to read: one model, and the ways of writing it down."""
