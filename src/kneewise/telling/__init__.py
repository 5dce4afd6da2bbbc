"""Webhooks are told, beside the pages, in a thread of their own."""

from .courier import Courier
from .sending import Unsent, check_allowed, send

__all__ = ["Courier", "Unsent", "check_allowed", "send"]
