"""What it takes to compute 10 to 1,000 projects of 1,000 commits each, and how that grows."""
