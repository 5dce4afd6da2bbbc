"""``python -m kneewise``: the command line."""

from .cli import main

main()
