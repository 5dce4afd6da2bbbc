"""Case → what is told about it: plain JSON types, text, and the page for a clinician."""

from .catalogue import QUESTIONS_SCHEMA, catalogue
from .coaching import coach
from .page import render_page, render_page_text
from .planning import plan_to_print, refilmed_of, render_planning, summarise_planning
from .progress import compare_pain, compare_tests, tell_otherwise
from .sheets import Occasion, Sheet, sheet_for_client, sheet_for_colleague
from .summary import SCHEMA, explain
from .telling import Explanation, capital, headline_of, render_explanation, sections_of
from .whatif import render_whatif, summarise_whatif

__all__ = [
    "QUESTIONS_SCHEMA",
    "SCHEMA",
    "Explanation",
    "Occasion",
    "Sheet",
    "capital",
    "catalogue",
    "coach",
    "compare_pain",
    "compare_tests",
    "explain",
    "headline_of",
    "plan_to_print",
    "refilmed_of",
    "render_explanation",
    "render_page",
    "render_page_text",
    "render_planning",
    "render_whatif",
    "sections_of",
    "sheet_for_client",
    "sheet_for_colleague",
    "summarise_planning",
    "summarise_whatif",
    "tell_otherwise",
]
