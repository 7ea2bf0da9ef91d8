"""The list of tracked repositories: shown, compared with GitHub, and edited with its comments kept."""
