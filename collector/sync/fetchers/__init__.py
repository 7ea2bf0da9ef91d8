"""One module per kind of activity: given what is known, each yields batches of rows and how far it has come."""
