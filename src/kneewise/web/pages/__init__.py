"""The pages, a file for each part of the way."""

from . import questions, start, why

PAGES = (start.router, questions.router, why.router)

__all__ = ["PAGES"]
