"""The pages, a file for each part of the way."""

from . import (
    clients,
    coach,
    compare,
    desk,
    diary,
    feet,
    films,
    groups,
    keep,
    plan,
    progress,
    questions,
    shoes,
    start,
    trying,
    whatif,
    why,
)

PAGES = (
    start.router,
    questions.router,
    films.router,
    trying.router,
    feet.router,
    shoes.router,
    why.router,
    whatif.router,
    whatif.styles,
    plan.router,
    plan.styles,
    coach.router,
    diary.router,
    progress.router,
    keep.router,
    keep.arrivals,
    desk.router,
    clients.router,
    groups.router,
    compare.router,
)

__all__ = ["PAGES"]
