"""Learns how the network's landmarks lie off the joints, from synthetic people. A development tool."""

NETWORKS = ("heavy", "full", "lite")
"""In the order in which their readings are stored."""
