"""The list of tracked repositories: read, compared with GitHub, and edited with its comments kept."""
