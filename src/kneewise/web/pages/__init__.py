"""The pages, a file for each part of the way."""

from . import coach, films, questions, start, why

PAGES = (start.router, questions.router, films.router, why.router, coach.router)

__all__ = ["PAGES"]
