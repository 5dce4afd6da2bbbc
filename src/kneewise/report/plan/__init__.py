"""Plan → plain dict → text or one HTML page with pictures."""

from .page import render_plan
from .summary import summarise_plan
from .text import tell_plan
from .words import tell_days, tell_dose

__all__ = ["render_plan", "summarise_plan", "tell_days", "tell_dose", "tell_plan"]
