"""How fast and how accurate kneewise is: films in, tables and drawings out."""

from .speed import measure_speed, render_speed

__all__ = ["measure_speed", "render_speed"]
