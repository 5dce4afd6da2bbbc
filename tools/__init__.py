"""Tools for development; the product imports none of them."""
