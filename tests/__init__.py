"""Tests of poi_xl; `oracles` holds the outside judges that they call."""
