"""Tools for working on poi_xl; none of them is needed to use it."""
