"""What it takes to compute many projects: databases of 10 to 1,000 projects with 1,000 commits each, and their figures."""
