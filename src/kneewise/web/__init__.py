"""The pages that people use, served on this computer only."""

from .app import build_app
from .house import House
from .serving import PORT, serve

__all__ = ["PORT", "House", "build_app", "serve"]
