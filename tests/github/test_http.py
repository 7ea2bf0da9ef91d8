"""What the HTTP library brings along."""

import subprocess
import sys
from pathlib import Path


def test_the_http_library_comes_without_its_command_line() -> None:
    code = "import sys, collector.github.http; print(*(name for name, module in sys.modules.items() if module))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "httpx" in loaded
    assert not {"rich", "pygments", "click", "httpx._main"} & loaded
