"""What keeps a database fit and its owner's promises: forgetting, backups, exports, old records and free room."""
