"""The eight summary sheets, one module a sheet or family of sheets, over the page they share."""
