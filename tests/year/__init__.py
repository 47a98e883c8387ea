"""A year of the institution's, quarter by quarter."""
