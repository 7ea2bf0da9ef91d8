"""`python -m collector` is the command `collect`."""

from collector.cli import main

if __name__ == "__main__":
    main()
