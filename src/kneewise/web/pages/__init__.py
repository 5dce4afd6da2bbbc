"""The pages, a file for each part of the way."""

from . import films, questions, start, trying, why

PAGES = (start.router, questions.router, films.router, trying.router, why.router)

__all__ = ["PAGES"]
