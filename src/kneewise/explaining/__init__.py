"""Case → what is told about it: plain JSON types, text, and the page for a clinician."""

from .catalogue import QUESTIONS_SCHEMA, catalogue
from .page import render_page, render_page_text
from .planning import plan_to_print, refilmed_of, render_planning, summarise_planning
from .summary import SCHEMA, explain
from .telling import render_explanation
from .whatif import render_whatif, summarise_whatif

__all__ = [
    "QUESTIONS_SCHEMA",
    "SCHEMA",
    "catalogue",
    "explain",
    "plan_to_print",
    "refilmed_of",
    "render_explanation",
    "render_page",
    "render_page_text",
    "render_planning",
    "render_whatif",
    "summarise_planning",
    "summarise_whatif",
]
