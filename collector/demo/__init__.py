"""The stories of `collect demo`: a year of invented projects, played on the emulator and collected from it."""
