"""Renders synthetic people who squat, with exactly known joint centres.

It makes the films of `kneewise bench accuracy` and those that tests use. Of the product only `bench`
enters it, and only when a film has to be rendered. What it needs is the `bench` extra.
"""

EDITION = 1
"""Counts up when the same seeds give other pictures or another truth; films of an older one are made anew."""
