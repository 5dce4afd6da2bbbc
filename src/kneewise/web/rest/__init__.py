"""The interface for programs: the pages' twins described, tokens, and what a token opens."""
