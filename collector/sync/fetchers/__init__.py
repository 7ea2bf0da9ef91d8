"""One fetcher per kind of activity: given the stored state, each yields batches of rows with the state they lead to."""
