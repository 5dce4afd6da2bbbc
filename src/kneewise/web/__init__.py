"""The pages that people use, on their own computer or on a server that several people share."""

from .app import build_app
from .house import House
from .serving import HOST, PORT, At, serve, serve_shared
from .sharing import read_origin

__all__ = ["HOST", "PORT", "At", "House", "build_app", "read_origin", "serve", "serve_shared"]
