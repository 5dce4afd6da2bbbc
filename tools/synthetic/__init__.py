"""Renders synthetic people who squat, with exactly known joint centres.

A development tool: it makes small films for tests and benchmarks.  The product does not import it.
"""
