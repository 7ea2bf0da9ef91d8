"""An embedded pretend GitHub: an in-memory world, and a server that answers GitHub's API from it.

`World` (world.py) and `Repository` (repository.py) are the builder; `PretendGitHub` (server.py) answers requests
in process, without sockets; stories.py holds the world of the demo. Everything is synthetic.

It can go wrong as the real one does: requests and answers by faults (faults.py), objects and owners by the world's
oddities (oddities.py), the server by what it lacks (lacking.py), heavy questions by their modelled time (weight.py).
"""
