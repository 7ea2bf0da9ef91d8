"""The stories of `collect demo`: two years of invented projects, simulated by the emulator and collected from it."""
