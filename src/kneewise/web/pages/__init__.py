"""The pages, a file for each part of the way."""

from . import diary, plan, questions, start, whatif, why

PAGES = (
    start.router,
    questions.router,
    why.router,
    plan.router,
    plan.styles,
    diary.router,
    whatif.router,
    whatif.styles,
)

__all__ = ["PAGES"]
