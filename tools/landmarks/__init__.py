"""Learns how the network's landmarks lie off the joints, from synthetic people. A development tool."""
