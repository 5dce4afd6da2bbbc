"""Analysis → summary → page.

`summarise` makes plain JSON types, `illustrate` the pictures of one film, `render` one self-contained HTML
page of both. Numbers are in display units, each with one standard deviation; the page shows ± 1.96 of them.
"""

from .page import render
from .pictures import Picture, Pictures, illustrate
from .space import describe_fused, illustrate_fused
from .summary import PURPOSE, SCHEMA, Summary, show, summarise

__all__ = [
    "PURPOSE",
    "SCHEMA",
    "Picture",
    "Pictures",
    "Summary",
    "describe_fused",
    "illustrate",
    "illustrate_fused",
    "render",
    "show",
    "summarise",
]
