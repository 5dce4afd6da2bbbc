"""The pages, a file for each part of the way."""

from . import (
    accounts,
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
    programs,
    progress,
    questions,
    shoes,
    signing,
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
    programs.router,
    desk.router,
    clients.router,
    groups.router,
    compare.router,
)

SHARED_PAGES = (signing.router, accounts.router, accounts.sharing)
"""More of them, on a shared server."""
DOORS = signing.doors
"""Where somebody comes in there, who is not in yet."""

__all__ = ["DOORS", "PAGES", "SHARED_PAGES"]
