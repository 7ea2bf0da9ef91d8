"""Two projects as a configuration lists them."""

from collections.abc import Callable
from pathlib import Path

ALPHA = """
[[project]]
slug = "alpha"
name = "Alpha"
category = "compute"
homepage = "https://alpha.example"
[[project.repo]]
repo = "alpha-org/node"
role = "core"
[[project.repo]]
repo = "alpha-org/kit"
role = "sdk"
note = "Was alpha-org/toolkit."
"""
BETA = """
[[project]]
slug = "beta"
name = "Beta"
category = "chain"
note = "Looked for in vain."
"""

Write = Callable[[str], Path]
"""Writes a configuration and returns its path."""
