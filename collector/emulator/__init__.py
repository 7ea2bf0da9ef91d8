"""An in-process GitHub emulator for the tests and the demo: a synthetic world, and a server for GitHub's two APIs.

Build data with `World` (world.py) and `Repository` (repository.py). `GitHubEmulator` (server.py) answers httpx requests
from it, without sockets.

It also emulates what goes wrong on GitHub: failing requests (faults.py), objects and owners that are served oddly
(oddities.py), servers with an older schema (older_schemas.py), and timeouts by modelled query times (weight.py).
"""
