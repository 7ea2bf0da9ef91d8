"""Run a notebook's code cells in order, and save what each draws: `python -m scripts.notebook FILE DIR`.

It takes no Jupyter: a cell is Python, without commands of IPython's.
"""

import json
import os
import sys
import warnings
from pathlib import Path


def run(notebook: Path, folder: Path) -> list[Path]:
    """Run the cells and return the pictures: `folder`/CELL.png for each cell that draws a figure.

    Raises what a cell raises.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt

    cells = [c for c in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    names: dict[str, object] = {}
    drawn = []
    for cell in cells:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*non-interactive", category=UserWarning)  # of show()
            exec(compile("".join(cell["source"]), f"{notebook}: {cell['id']}", "exec"), names)
        if plt.get_fignums():
            drawn.append(folder / f"{cell['id']}.png")
            plt.savefig(drawn[-1], dpi=100)
            plt.close("all")
    names["db"].close()  # type: ignore[attr-defined]
    return drawn


if __name__ == "__main__":
    print(*run(Path(sys.argv[1]), Path(sys.argv[2])), sep="\n")
