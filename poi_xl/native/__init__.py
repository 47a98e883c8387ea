"""Native equivalents: formulas with our functions turned into formulas without them."""
